#import "TextCopy.h"

@implementation TextPlace
+ (instancetype)at:(NSUInteger)offset {
  TextPlace *position = [[self alloc] init];
  position->_offset = offset;
  return position;
}
@end

@implementation TextSpan
+ (instancetype)of:(NSRange)units {
  TextSpan *range = [[self alloc] init];
  range->_units = units;
  return range;
}

- (UITextPosition *)start {
  return [TextPlace at:self.units.location];
}

- (UITextPosition *)end {
  return [TextPlace at:NSMaxRange(self.units)];
}

- (BOOL)isEmpty {
  return self.units.length == 0;
}
@end

@implementation TextCopy {
  NSMutableString *_copy;
}

- (instancetype)init {
  self = [super init];
  if (self) {
    _copy = [NSMutableString string];
    _marked = NSMakeRange(NSNotFound, 0);
  }
  return self;
}

- (NSString *)text {
  return _copy;
}

static NSUInteger bytesOf(NSString *text) {
  return [text lengthOfBytesUsingEncoding:NSUTF8StringEncoding];
}

/// Units of so many bytes: places lie between characters, so a walk over them ends there.
static NSUInteger unitsOf(NSString *text, NSUInteger bytes) {
  NSUInteger units = 0, passed = 0;
  while (units < text.length && passed < bytes) {
    NSRange character = [text rangeOfComposedCharacterSequenceAtIndex:units];
    NSUInteger length = bytesOf([text substringWithRange:character]);
    if (passed + length > bytes) {
      // Within a sequence: by its code points.
      unichar unit = [text characterAtIndex:units];
      BOOL pair = unit >= 0xd800 && unit < 0xdc00 && units + 1 < text.length;
      character = NSMakeRange(units, pair ? 2 : 1);
      length = bytesOf([text substringWithRange:character]);
    }
    units += character.length;
    passed += length;
  }
  return units;
}

- (NSRange)bytes:(NSRange)units {
  NSUInteger start = bytesOf([_copy substringToIndex:units.location]);
  return NSMakeRange(start, bytesOf([_copy substringWithRange:units]));
}

- (BOOL)take:(NSString *)text selection:(NSRange)selection marked:(NSRange)marked {
  NSRange (^units)(NSRange) = ^(NSRange bytes) {
    NSUInteger start = unitsOf(text, bytes.location);
    return NSMakeRange(start, unitsOf(text, NSMaxRange(bytes)) - start);
  };
  NSRange selected = units(selection);
  BOOL other = ![_copy isEqualToString:text] || !NSEqualRanges(selected, _selection);
  [_copy setString:text];
  _selection = selected;
  _marked = marked.length ? units(marked) : NSMakeRange(NSNotFound, 0);
  return other;
}

- (void)replace:(NSRange)range with:(NSString *)text {
  [_copy replaceCharactersInRange:range withString:text];
  _selection = NSMakeRange(range.location + text.length, 0);
  _marked = NSMakeRange(NSNotFound, 0);
}

- (void)mark:(NSString *)text selection:(NSRange)selection {
  NSRange range = _marked.location == NSNotFound ? _selection : _marked;
  [_copy replaceCharactersInRange:range withString:text];
  _marked = text.length ? NSMakeRange(range.location, text.length) : NSMakeRange(NSNotFound, 0);
  NSUInteger start = MIN(selection.location, text.length);
  _selection = NSMakeRange(range.location + start, MIN(selection.length, text.length - start));
}

- (void)unmark {
  _marked = NSMakeRange(NSNotFound, 0);
}

- (void)deleteBackward {
  NSRange range = _selection;
  if (range.length == 0) {
    if (range.location == 0) {
      return;
    }
    range = [_copy rangeOfComposedCharacterSequenceAtIndex:range.location - 1];
  }
  [self replace:range with:@""];
}
@end
