// The screen of the mini-program.

#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

/// Name of the package among the app's resources: `pellicle build examples/shop -o Pellicle/shop.ma`.
extern NSString *const kPellicleProgram;

/// The bytes of the package; nil if it is not among the app's resources.
NSData *_Nullable pelliclePackage(void);

@interface ProgramViewController : UIViewController
@end

NS_ASSUME_NONNULL_END
