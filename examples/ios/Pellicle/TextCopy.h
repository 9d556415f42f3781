// The text that an input method of iOS sees: a copy of the field's, which iOS changes as it likes.

#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

/// A place in the copy, in UTF-16 units.
@interface TextPlace : UITextPosition
@property(nonatomic, readonly) NSUInteger offset;
+ (instancetype)at:(NSUInteger)offset;
@end

/// A range of the copy, in UTF-16 units.
@interface TextSpan : UITextRange
@property(nonatomic, readonly) NSRange units;
+ (instancetype)of:(NSRange)units;
@end

/// The copy, with what is selected and what is still composed (`location` is `NSNotFound` if nothing is).
@interface TextCopy : NSObject
@property(nonatomic, readonly) NSString *text;
@property(nonatomic) NSRange selection;
@property(nonatomic) NSRange marked;

/// Takes what Pellicle has, ranges in bytes of UTF-8. True if text or selection became others.
- (BOOL)take:(NSString *)text selection:(NSRange)selection marked:(NSRange)marked;
/// Puts a text in the place of a range, the caret behind it; nothing is composed any more.
- (void)replace:(NSRange)range with:(NSString *)text;
/// Composes: a text in the place of what is composed or selected, with a selection in it.
- (void)mark:(NSString *)text selection:(NSRange)selection;
/// What was composed is part of the text.
- (void)unmark;
/// Takes what is selected, or the character before the caret.
- (void)deleteBackward;
/// Units as bytes of UTF-8.
- (NSRange)bytes:(NSRange)units;
@end

NS_ASSUME_NONNULL_END
