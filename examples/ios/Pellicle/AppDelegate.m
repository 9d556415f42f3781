// An app with two screens: a mini-program, and what it costs.

#import "BenchViewController.h"
#import "ProgramViewController.h"

@interface AppDelegate : UIResponder <UIApplicationDelegate>
@property(nonatomic, strong) UIWindow *window;
@end

@implementation AppDelegate
- (BOOL)application:(UIApplication *)application didFinishLaunchingWithOptions:(NSDictionary *)options {
  (void)application, (void)options;
  UITabBarController *screens = [[UITabBarController alloc] init];
  UIViewController *program = [[ProgramViewController alloc] init];
  UIViewController *bench = [[BenchViewController alloc] init];
  program.title = @"Program";
  bench.title = @"Bench";
  screens.viewControllers = @[ program, bench ];
  self.window = [[UIWindow alloc] initWithFrame:[UIScreen mainScreen].bounds];
  self.window.rootViewController = screens;
  [self.window makeKeyAndVisible];
  return YES;
}
@end

int main(int count, char *arguments[]) {
  @autoreleasepool {
    return UIApplicationMain(count, arguments, nil, @"AppDelegate");
  }
}
