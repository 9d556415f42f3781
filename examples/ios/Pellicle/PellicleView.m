#import "PellicleView.h"
#import "TextCopy.h"
#import <QuartzCore/QuartzCore.h>
#include <math.h>
#include <pellicle.h>

/// Time that an app in the background asks iOS for, so that pages are kept, s: script stands still after 5.
static const NSTimeInterval kBehind = 10;
/// A wake-up within this time comes with the next frame, ms.
static const double kFrame = 17;

/// What the library holds of the view, which may be gone before it.
@interface PellicleEar : NSObject
@property(nonatomic, weak) PellicleView *view;
@end

@implementation PellicleEar
@end

@interface PellicleView ()
- (void)woken;
- (void)noticed:(uint32_t)kind text:(NSString *)text;
@end

static PellicleText textOf(NSData *data) { return (PellicleText){data.bytes, data.length}; }

static NSData *dataOf(NSString *text) { return [text dataUsingEncoding:NSUTF8StringEncoding]; }

static NSString *stringOf(PellicleText text) {
  NSString *string = [[NSString alloc] initWithBytes:text.data length:text.length encoding:NSUTF8StringEncoding];
  return string ?: @"";
}

static BOOL succeeds(PellicleStatus status, NSString *what) {
  if (status == PELLICLE_STATUS_OK) {
    return YES;
  }
  NSLog(@"%@: %@", what, stringOf(pellicle_last_error()));
  return NO;
}

/// On any thread.
static void wake(void *user) {
  PellicleEar *ear = (__bridge PellicleEar *)user;
  dispatch_async(dispatch_get_main_queue(), ^{
    [ear.view woken];
  });
}

static void line(void *user, const PellicleLine *line) {
  (void)user;
  NSLog(@"%@", stringOf(line->text));
}

static void notice(void *user, const PellicleNotice *notice) {
  PellicleEar *ear = (__bridge PellicleEar *)user;
  [ear.view noticed:notice->kind text:stringOf(notice->text)];
}

@implementation PellicleView {
  NSData *_package, *_identifier, *_folder;
  PellicleEar *_ear;
  PellicleHost *_host;
  PellicleProgram *_program;
  CADisplayLink *_link;
  NSTimer *_timer;
  UIBackgroundTaskIdentifier _behind;
  BOOL _closed, _attached, _owesFrame, _inFront;
  /// The frame clock never goes back, ms.
  double _last;
  CGFloat _keyboard;
  /// Numbers of the fingers that are down.
  NSMapTable<UITouch *, NSNumber *> *_fingers;
  TextCopy *_copy;
  PellicleTextField _field;
  UITextInputStringTokenizer *_tokenizer;
}

@synthesize inputDelegate = _inputDelegate;
@synthesize markedTextStyle = _markedTextStyle;

+ (Class)layerClass {
  return [CAMetalLayer class];
}

- (instancetype)initWithPackage:(NSData *)package identifier:(NSString *)identifier folder:(NSString *)folder {
  self = [super initWithFrame:CGRectZero];
  if (self) {
    _package = package;
    _identifier = dataOf(identifier);
    _folder = dataOf(folder);
    _ear = [[PellicleEar alloc] init];
    _ear.view = self;
    _behind = UIBackgroundTaskInvalid;
    _inFront = YES;
    _fingers = [NSMapTable strongToStrongObjectsMapTable];
    _copy = [[TextCopy alloc] init];
    _tokenizer = [[UITextInputStringTokenizer alloc] initWithTextInput:self];
    self.multipleTouchEnabled = YES;
    NSNotificationCenter *center = [NSNotificationCenter defaultCenter];
    [center addObserver:self selector:@selector(hide) name:UIApplicationDidEnterBackgroundNotification object:nil];
    [center addObserver:self selector:@selector(show) name:UIApplicationWillEnterForegroundNotification object:nil];
    [center addObserver:self selector:@selector(shortOfMemory) name:UIApplicationDidReceiveMemoryWarningNotification object:nil];
    [center addObserver:self selector:@selector(keyboard:) name:UIKeyboardWillChangeFrameNotification object:nil];
  }
  return self;
}

- (void)dealloc {
  [self close];
}

- (double)now {
  _last = fmax(_last, CACurrentMediaTime() * 1000);
  return _last;
}

#pragma mark - Life

- (PellicleInsets)covered {
  UIEdgeInsets insets = self.safeAreaInsets;
  return (PellicleInsets){(float)insets.top, (float)insets.right, (float)insets.bottom, (float)insets.left};
}

- (BOOL)isDark {
  return self.traitCollection.userInterfaceStyle == UIUserInterfaceStyleDark;
}

- (float)scale {
  return (float)self.contentScaleFactor;
}

- (void)open {
  PellicleHostOptions setup = {.struct_size = sizeof setup, .network = PELLICLE_NETWORK_PUBLIC};
  setup.data_folder = textOf(_folder);
  PellicleCallbacks callbacks = {.struct_size = sizeof callbacks, .wake = wake, .line = line, .notice = notice};
  callbacks.user = (__bridge void *)_ear;
  // The app's own package, which the store has signed with the app: it runs on a thread, the only way that iOS leaves.
  PellicleProgramOptions options = {.struct_size = sizeof options, .trust = PELLICLE_TRUST_OWN, .allow_unsigned = 1};
  options.package = (PellicleBytes){_package.bytes, _package.length};
  options.id = textOf(_identifier);
  options.width = (float)self.bounds.size.width;
  options.height = (float)self.bounds.size.height;
  options.scale = self.scale;
  options.dark = self.isDark;
  options.has_safe_area = 1;
  options.safe_area = [self covered];
  options.callbacks = &callbacks;
  if (!succeeds(pellicle_host_create(&setup, &_host), @"host") ||
      !succeeds(pellicle_program_open(_host, &options, &_program), @"open")) {
    [self close];
    [self.around pellicleEnded:self];
    return;
  }
  _link = [CADisplayLink displayLinkWithTarget:self selector:@selector(frame:)];
  _link.paused = YES;
  [_link addToRunLoop:[NSRunLoop mainRunLoop] forMode:NSRunLoopCommonModes];
}

- (void)close {
  _closed = YES;
  [[NSNotificationCenter defaultCenter] removeObserver:self];
  [_link invalidate];
  _link = nil;
  [_timer invalidate];
  _timer = nil;
  [self endBehind];
  // From here on nothing is called any more.
  if (_program) {
    pellicle_program_destroy(_program);
    _program = NULL;
  }
  if (_host) {
    pellicle_host_destroy(_host);
    _host = NULL;
  }
}

- (void)endBehind {
  if (_behind != UIBackgroundTaskInvalid) {
    [[UIApplication sharedApplication] endBackgroundTask:_behind];
    _behind = UIBackgroundTaskInvalid;
  }
}

/// The app goes to the background. The GPU may not be used there, and iOS stops the process soon: it is asked for the time after
/// which script stands still and its pages are kept.
- (void)hide {
  _inFront = NO;
  _link.paused = YES;
  if (!_program) {
    return;
  }
  succeeds(pellicle_program_hide(_program, [self now]), @"hide");
  __weak PellicleView *weak = self;
  _behind = [[UIApplication sharedApplication] beginBackgroundTaskWithExpirationHandler:^{
    [weak endBehind];
  }];
  dispatch_after(dispatch_time(DISPATCH_TIME_NOW, (int64_t)(kBehind * NSEC_PER_SEC)), dispatch_get_main_queue(), ^{
    [weak endBehind];
  });
  [self tickBehind];
}

- (void)show {
  _inFront = YES;
  [self endBehind];
  if (_program) {
    succeeds(pellicle_program_show(_program, pellicle_text(NULL), [self now]), @"show");
    [self nextFrame];
  }
}

- (void)shortOfMemory {
  if (_program) {
    pellicle_program_memory_pressure(_program, 15, [self now]);
    [self nextFrame];
  }
}

- (void)traitCollectionDidChange:(UITraitCollection *)before {
  [super traitCollectionDidChange:before];
  if (_program) {
    pellicle_program_set_dark(_program, self.isDark);
    [self nextFrame];
  }
}

#pragma mark - The clock

- (void)nextFrame {
  if (_inFront && _program) {
    _link.paused = NO;
  }
}

- (void)woken {
  if (_inFront) {
    [self nextFrame];
  } else {
    [self tickBehind];
  }
}

/// Moves the mini-program on.
- (PellicleTick)tick:(double)now {
  PellicleTick tick = {.struct_size = sizeof tick};
  succeeds(pellicle_program_tick(_program, now, &tick), @"tick");
  [self compareText];
  return tick;
}

- (void)frame:(CADisplayLink *)link {
  // The time at which the frame is seen.
  _last = fmax(_last, link.targetTimestamp * 1000);
  double now = _last;
  PellicleTick tick = [self tick:now];
  if (_program && _attached && (tick.needs_frame || _owesFrame)) {
    [self draw:now];
  }
  if (_owesFrame || tick.next_wakeup <= now + kFrame) {
    return;
  }
  link.paused = YES;
  [self tickAfter:tick.next_wakeup - now];
}

- (void)tickAfter:(double)ms {
  [_timer invalidate];
  _timer = nil;
  if (!isfinite(ms)) {
    return;
  }
  __weak PellicleView *weak = self;
  _timer = [NSTimer scheduledTimerWithTimeInterval:fmax(ms, 1) / 1000
                                           repeats:NO
                                             block:^(NSTimer *timer) {
                                               (void)timer;
                                               [weak woken];
                                             }];
}

/// In the background there are no frames.
- (void)tickBehind {
  if (_program && !_inFront) {
    double now = [self now];
    [self tickAfter:[self tick:now].next_wakeup - now];
  }
}

#pragma mark - The layer

- (void)draw:(double)now {
  uint32_t shown = PELLICLE_SHOWN_YES;
  PellicleStatus drawn = pellicle_program_draw(_program, now, &shown);
  _owesFrame = drawn == PELLICLE_STATUS_OK && shown == PELLICLE_SHOWN_LATER;
  if (drawn == PELLICLE_STATUS_NO_GPU) {
    succeeds(drawn, @"draw");
    // The library has let go of the layer; a device that is lost is another one the next time.
    _attached = NO;
    [self attach];
  }
}

- (void)attach {
  PellicleWindow window = {.struct_size = sizeof window, .kind = PELLICLE_WINDOW_KIND_UI_KIT};
  window.window = (__bridge void *)self;
  _attached = succeeds(pellicle_program_attach_window(_program, &window), @"attach");
  _owesFrame = _attached;
}

- (void)layoutSubviews {
  [super layoutSubviews];
  CGSize size = self.bounds.size;
  if (_closed || size.width < 1 || size.height < 1 || !self.window) {
    return;
  }
  self.contentScaleFactor = self.window.screen.nativeScale;
  CAMetalLayer *layer = (CAMetalLayer *)self.layer;
  layer.drawableSize = CGSizeMake(round(size.width * self.scale), round(size.height * self.scale));
  if (!_program) {
    [self open];
  } else {
    succeeds(pellicle_program_resize(_program, (float)size.width, (float)size.height, self.scale, [self now]), @"resize");
  }
  if (_program && !_attached) {
    [self attach];
  }
  [self nextFrame];
}

/// A view that is taken out of its window gives its layer back.
- (void)didMoveToWindow {
  [super didMoveToWindow];
  if (!self.window && _program && _attached) {
    pellicle_program_detach_window(_program);
    _attached = NO;
  }
  [self setNeedsLayout];
}

- (void)safeAreaInsetsDidChange {
  [super safeAreaInsetsDidChange];
  if (_program) {
    succeeds(pellicle_program_set_safe_area(_program, [self covered], [self now]), @"safe area");
    [self nextFrame];
  }
}

#pragma mark - Fingers

- (void)handIn:(PellicleInput)input {
  if (_program) {
    input.struct_size = sizeof input;
    succeeds(pellicle_program_handle(_program, &input, [self now], NULL), @"input");
    [self nextFrame];
  }
}

- (void)finger:(UITouch *)touch number:(NSNumber *)number kind:(PellicleInputKind)kind {
  CGPoint at = [touch preciseLocationInView:self];
  PellicleInput input = {.kind = kind, .pointer = number.unsignedIntValue, .time = touch.timestamp * 1000};
  input.mouse = touch.type == UITouchTypeIndirectPointer;
  input.x = (float)at.x;
  input.y = (float)at.y;
  [self handIn:input];
}

- (void)touchesBegan:(NSSet<UITouch *> *)touches withEvent:(UIEvent *)event {
  (void)event;
  for (UITouch *touch in touches) {
    // The lowest number that no other finger has.
    NSArray<NSNumber *> *taken = _fingers.objectEnumerator.allObjects;
    NSUInteger number = 0;
    while ([taken containsObject:@(number)]) {
      number++;
    }
    [_fingers setObject:@(number) forKey:touch];
    [self finger:touch number:@(number) kind:PELLICLE_INPUT_KIND_POINTER_DOWN];
  }
}

- (void)touchesMoved:(NSSet<UITouch *> *)touches withEvent:(UIEvent *)event {
  for (UITouch *touch in touches) {
    NSNumber *number = [_fingers objectForKey:touch];
    // Where it was since the last frame, too: velocities are taken from all of it.
    NSArray<UITouch *> *all = [event coalescedTouchesForTouch:touch] ?: @[ touch ];
    for (UITouch *one in all) {
      if (number) {
        [self finger:one number:number kind:PELLICLE_INPUT_KIND_POINTER_MOVE];
      }
    }
  }
}

- (void)lift:(NSSet<UITouch *> *)touches kind:(PellicleInputKind)kind {
  for (UITouch *touch in touches) {
    NSNumber *number = [_fingers objectForKey:touch];
    if (number) {
      [_fingers removeObjectForKey:touch];
      [self finger:touch number:number kind:kind];
    }
  }
}

- (void)touchesEnded:(NSSet<UITouch *> *)touches withEvent:(UIEvent *)event {
  (void)event;
  [self lift:touches kind:PELLICLE_INPUT_KIND_POINTER_UP];
}

- (void)touchesCancelled:(NSSet<UITouch *> *)touches withEvent:(UIEvent *)event {
  (void)event;
  [self lift:touches kind:PELLICLE_INPUT_KIND_POINTER_CANCEL];
}

#pragma mark - What is asked of the view

- (void)noticed:(uint32_t)kind text:(NSString *)text {
  switch (kind) {
    case PELLICLE_NOTICE_KIND_TEXT_INPUT_BEGINS:
      // It comes with every move of the caret.
      if (self.isFirstResponder) {
        PellicleTextField before = _field;
        [self compareText];
        if (_field.mode != before.mode || _field.confirm != before.confirm) {
          [self reloadInputViews];
        }
      } else {
        [self readField];
        [self becomeFirstResponder];
      }
      break;
    case PELLICLE_NOTICE_KIND_TEXT_INPUT_ENDS:
      [self resignFirstResponder];
      break;
    case PELLICLE_NOTICE_KIND_ORIENTATION:
      [self.around pellicle:self turns:text];
      break;
    case PELLICLE_NOTICE_KIND_EXIT:
    case PELLICLE_NOTICE_KIND_RESTART_WANTED: {
      // The library is on the stack: it is called later.
      __weak PellicleView *weak = self;
      dispatch_async(dispatch_get_main_queue(), ^{
        PellicleView *view = weak;
        if (kind == PELLICLE_NOTICE_KIND_EXIT) {
          [view.around pellicleEnded:view];
        } else {
          [view show];
        }
      });
      break;
    }
    default:
      break;
  }
}

- (void)keyboard:(NSNotification *)told {
  NSValue *end = told.userInfo[UIKeyboardFrameEndUserInfoKey];
  CGRect frame = [self convertRect:end.CGRectValue fromView:nil];
  CGFloat height = fmax(0, CGRectGetMaxY(self.bounds) - CGRectGetMinY(frame));
  if (height != _keyboard) {
    _keyboard = height;
    [self handIn:(PellicleInput){.kind = PELLICLE_INPUT_KIND_KEYBOARD_HEIGHT, .height = (float)height}];
  }
}

#pragma mark - The copy of the text

/// The field that has the focus becomes the copy. True if its text or selection is another one.
- (BOOL)readField {
  _field = (PellicleTextField){.struct_size = sizeof _field};
  if (!_program || pellicle_program_text_field(_program, &_field) != PELLICLE_STATUS_OK || !_field.focused) {
    _field.focused = 0;
    return NO;
  }
  NSRange selection = NSMakeRange(_field.selection_start, _field.selection_end - _field.selection_start);
  NSRange marked = NSMakeRange(_field.composition_start, _field.composition_end - _field.composition_start);
  return [_copy take:stringOf(_field.value) selection:selection marked:marked];
}

/// A tap has moved the caret, or script has set another text: the input method hears of it.
- (void)compareText {
  if (self.isFirstResponder && [self readField]) {
    [self.inputDelegate textWillChange:self];
    [self.inputDelegate selectionWillChange:self];
    [self.inputDelegate selectionDidChange:self];
    [self.inputDelegate textDidChange:self];
  }
}

/// Hands the copy over, and takes back what the field has made of it.
- (void)handOver {
  NSData *text = dataOf(_copy.text);
  NSRange selection = [_copy bytes:_copy.selection];
  PellicleInput input = {.kind = PELLICLE_INPUT_KIND_EDIT, .text = textOf(text)};
  input.selection_start = selection.location;
  input.selection_end = NSMaxRange(selection);
  if (_copy.marked.location != NSNotFound) {
    NSRange marked = [_copy bytes:_copy.marked];
    input.composition_start = marked.location;
    input.composition_end = NSMaxRange(marked);
  }
  [self handIn:input];
  [self compareText];
}

- (void)change:(void (^)(TextCopy *copy))change {
  [self.inputDelegate textWillChange:self];
  change(_copy);
  [self.inputDelegate textDidChange:self];
  [self handOver];
}

- (void)key:(PellicleKey)key {
  [self handIn:(PellicleInput){.kind = PELLICLE_INPUT_KIND_KEY, .key = key}];
}

#pragma mark - UIResponder, UITextInputTraits

- (BOOL)canBecomeFirstResponder {
  return _field.focused != 0;
}

- (UIKeyboardType)keyboardType {
  switch (_field.mode) {
    case PELLICLE_TEXT_MODE_NUMBER:
      return UIKeyboardTypeNumberPad;
    case PELLICLE_TEXT_MODE_DIGIT:
      return UIKeyboardTypeDecimalPad;
    case PELLICLE_TEXT_MODE_ID_CARD:
      return UIKeyboardTypeASCIICapable;
    default:
      return UIKeyboardTypeDefault;
  }
}

- (UIReturnKeyType)returnKeyType {
  switch (_field.confirm) {
    case PELLICLE_CONFIRM_SEND:
      return UIReturnKeySend;
    case PELLICLE_CONFIRM_SEARCH:
      return UIReturnKeySearch;
    case PELLICLE_CONFIRM_NEXT:
      return UIReturnKeyNext;
    case PELLICLE_CONFIRM_GO:
      return UIReturnKeyGo;
    case PELLICLE_CONFIRM_RETURN:
      return UIReturnKeyDefault;
    default:
      return UIReturnKeyDone;
  }
}

- (BOOL)isSecureTextEntry {
  return _field.mode == PELLICLE_TEXT_MODE_PASSWORD;
}

#pragma mark - UIKeyInput

- (BOOL)hasText {
  return _copy.text.length > 0;
}

- (void)insertText:(NSString *)text {
  // The key at the bottom right: the field knows whether it ends typing or breaks the line.
  if ([text isEqualToString:@"\n"] && _copy.marked.location == NSNotFound) {
    [self key:PELLICLE_KEY_ENTER];
    [self compareText];
    return;
  }
  [self change:^(TextCopy *copy) {
    [copy replace:copy.marked.location == NSNotFound ? copy.selection : copy.marked with:text];
  }];
}

- (void)deleteBackward {
  [self change:^(TextCopy *copy) {
    [copy deleteBackward];
  }];
}

#pragma mark - UITextInput

static NSUInteger offsetOf(UITextPosition *position) { return ((TextPlace *)position).offset; }

static NSRange unitsOf(UITextRange *range) { return ((TextSpan *)range).units; }

/// A range that lies within the text: input methods keep theirs for longer than it does.
- (NSRange)within:(UITextRange *)range {
  NSRange units = unitsOf(range);
  NSUInteger length = _copy.text.length, start = MIN(units.location, length);
  return NSMakeRange(start, MIN(NSMaxRange(units), length) - start);
}

- (nullable NSString *)textInRange:(UITextRange *)range {
  return [_copy.text substringWithRange:[self within:range]];
}

- (void)replaceRange:(UITextRange *)range withText:(NSString *)text {
  NSRange units = [self within:range];
  [self change:^(TextCopy *copy) {
    [copy replace:units with:text];
  }];
}

- (nullable UITextRange *)selectedTextRange {
  return [TextSpan of:_copy.selection];
}

- (void)setSelectedTextRange:(nullable UITextRange *)range {
  [self.inputDelegate selectionWillChange:self];
  _copy.selection = range ? [self within:range] : NSMakeRange(_copy.text.length, 0);
  [self.inputDelegate selectionDidChange:self];
  [self handOver];
}

- (nullable UITextRange *)markedTextRange {
  return _copy.marked.location == NSNotFound ? nil : [TextSpan of:_copy.marked];
}

- (void)setMarkedText:(nullable NSString *)text selectedRange:(NSRange)selection {
  [self change:^(TextCopy *copy) {
    [copy mark:text ?: @"" selection:selection];
  }];
}

- (void)unmarkText {
  [self change:^(TextCopy *copy) {
    [copy unmark];
  }];
}

- (UITextPosition *)beginningOfDocument {
  return [TextPlace at:0];
}

- (UITextPosition *)endOfDocument {
  return [TextPlace at:_copy.text.length];
}

- (nullable UITextRange *)textRangeFromPosition:(UITextPosition *)from toPosition:(UITextPosition *)to {
  NSUInteger a = offsetOf(from), b = offsetOf(to);
  return [TextSpan of:NSMakeRange(MIN(a, b), MAX(a, b) - MIN(a, b))];
}

- (nullable UITextPosition *)positionFromPosition:(UITextPosition *)position offset:(NSInteger)offset {
  NSInteger at = (NSInteger)offsetOf(position) + offset;
  return at < 0 || at > (NSInteger)_copy.text.length ? nil : [TextPlace at:(NSUInteger)at];
}

- (nullable UITextPosition *)positionFromPosition:(UITextPosition *)position
                                      inDirection:(UITextLayoutDirection)direction
                                           offset:(NSInteger)offset {
  // A copy knows no lines: up and down are left and right.
  BOOL back = direction == UITextLayoutDirectionLeft || direction == UITextLayoutDirectionUp;
  return [self positionFromPosition:position offset:back ? -offset : offset];
}

- (NSComparisonResult)comparePosition:(UITextPosition *)position toPosition:(UITextPosition *)other {
  NSUInteger a = offsetOf(position), b = offsetOf(other);
  return a < b ? NSOrderedAscending : a > b ? NSOrderedDescending : NSOrderedSame;
}

- (NSInteger)offsetFromPosition:(UITextPosition *)from toPosition:(UITextPosition *)to {
  return (NSInteger)offsetOf(to) - (NSInteger)offsetOf(from);
}

- (id<UITextInputTokenizer>)tokenizer {
  return _tokenizer;
}

- (nullable UITextPosition *)positionWithinRange:(UITextRange *)range farthestInDirection:(UITextLayoutDirection)direction {
  BOOL back = direction == UITextLayoutDirectionLeft || direction == UITextLayoutDirectionUp;
  return back ? range.start : range.end;
}

- (nullable UITextRange *)characterRangeByExtendingPosition:(UITextPosition *)position
                                                inDirection:(UITextLayoutDirection)direction {
  BOOL back = direction == UITextLayoutDirectionLeft || direction == UITextLayoutDirectionUp;
  NSUInteger at = MIN(offsetOf(position), _copy.text.length);
  return [TextSpan of:back ? NSMakeRange(0, at) : NSMakeRange(at, _copy.text.length - at)];
}

- (NSWritingDirection)baseWritingDirectionForPosition:(UITextPosition *)position
                                          inDirection:(UITextStorageDirection)direction {
  (void)position, (void)direction;
  return NSWritingDirectionNatural;
}

- (void)setBaseWritingDirection:(NSWritingDirection)direction forRange:(UITextRange *)range {
  (void)direction, (void)range;
}

/// The field's own place: the mini-program draws caret and selection, and knows where a finger is in its text.
- (CGRect)fieldRect {
  return CGRectMake(_field.area.x, _field.area.y, _field.area.width, _field.area.height);
}

- (CGRect)firstRectForRange:(UITextRange *)range {
  (void)range;
  return [self fieldRect];
}

- (CGRect)caretRectForPosition:(UITextPosition *)position {
  (void)position;
  CGRect field = [self fieldRect];
  return CGRectMake(CGRectGetMinX(field), CGRectGetMinY(field), 0, field.size.height);
}

- (NSArray<UITextSelectionRect *> *)selectionRectsForRange:(UITextRange *)range {
  (void)range;
  return @[];
}

- (nullable UITextPosition *)closestPositionToPoint:(CGPoint)point {
  (void)point;
  return [TextPlace at:NSMaxRange(_copy.selection)];
}

- (nullable UITextPosition *)closestPositionToPoint:(CGPoint)point withinRange:(UITextRange *)range {
  (void)point;
  return range.end;
}

- (nullable UITextRange *)characterRangeAtPoint:(CGPoint)point {
  (void)point;
  return nil;
}
@end
