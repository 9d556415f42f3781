#import "ProgramViewController.h"
#import "PellicleView.h"

NSString *const kPellicleProgram = @"shop";

NSData *pelliclePackage(void) {
  NSURL *file = [[NSBundle mainBundle] URLForResource:kPellicleProgram withExtension:@"ma"];
  return file ? [NSData dataWithContentsOfURL:file] : nil;
}

@interface ProgramViewController () <PellicleAround>
@end

@implementation ProgramViewController {
  PellicleView *_view;
  UIInterfaceOrientationMask _turns;
}

- (void)viewDidLoad {
  [super viewDidLoad];
  _turns = UIInterfaceOrientationMaskPortrait;
  self.view.backgroundColor = [UIColor systemBackgroundColor];
  [self open];
}

- (void)open {
  NSData *package = pelliclePackage();
  if (!package) {
    NSLog(@"%@.ma is not among the app's resources: README.md says how it is made", kPellicleProgram);
    return;
  }
  NSArray<NSString *> *folders = NSSearchPathForDirectoriesInDomains(NSApplicationSupportDirectory, NSUserDomainMask, YES);
  NSString *folder = [folders.firstObject stringByAppendingPathComponent:@"pellicle"];
  [[NSFileManager defaultManager] createDirectoryAtPath:folder withIntermediateDirectories:YES attributes:nil error:NULL];
  _view = [[PellicleView alloc] initWithPackage:package identifier:kPellicleProgram folder:folder];
  _view.around = self;
  _view.frame = self.view.bounds;
  _view.autoresizingMask = UIViewAutoresizingFlexibleWidth | UIViewAutoresizingFlexibleHeight;
  [self.view addSubview:_view];
}

/// Apps of iOS do not close themselves: the mini-program begins anew.
- (void)pellicleEnded:(PellicleView *)view {
  [view close];
  [view removeFromSuperview];
  if (view == _view) {
    _view = nil;
    [self open];
  }
}

- (void)pellicle:(PellicleView *)view turns:(NSString *)how {
  (void)view;
  _turns = UIInterfaceOrientationMaskPortrait;
  if ([how isEqualToString:@"landscape"]) {
    _turns = UIInterfaceOrientationMaskLandscape;
  } else if ([how isEqualToString:@"auto"]) {
    _turns = UIInterfaceOrientationMaskAllButUpsideDown;
  }
  [self setNeedsUpdateOfSupportedInterfaceOrientations];
}

- (UIInterfaceOrientationMask)supportedInterfaceOrientations {
  return _turns;
}
@end
