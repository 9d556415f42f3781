// What `pellicle bench` measures, on this phone, and its JSON for the share sheet.

#import <UIKit/UIKit.h>

@interface BenchViewController : UIViewController
@end
