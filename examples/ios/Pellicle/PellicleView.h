// A mini-program in a view: its layer, the display link as its clock, fingers, the input method, safe areas, and its life.

#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

@class PellicleView;

/// What a mini-program wants of the app around it.
@protocol PellicleAround <NSObject>
/// It closes itself.
- (void)pellicleEnded:(PellicleView *)view;
/// It wants the screen `portrait`, `landscape` or `auto`.
- (void)pellicle:(PellicleView *)view turns:(NSString *)how;
@end

/// Everything happens on the main thread.
@interface PellicleView : UIView <UITextInput>
@property(nonatomic, weak, nullable) id<PellicleAround> around;

/// The bytes of a package (`pellicle build`), the name under which it stores things, and the folder where all mini-programs of
/// the app do.
- (instancetype)initWithPackage:(NSData *)package identifier:(NSString *)identifier folder:(NSString *)folder;
/// The mini-program ends as its user would end it.
- (void)close;
@end

NS_ASSUME_NONNULL_END
