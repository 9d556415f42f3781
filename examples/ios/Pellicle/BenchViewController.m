#import "BenchViewController.h"
#import "ProgramViewController.h"
#include <pellicle.h>

/// Stack of the thread that measures, as large as that of the main thread elsewhere.
static const NSUInteger kStack = 8 << 20;

static NSString *lastError(void) {
  PellicleText why = pellicle_last_error();
  return [[NSString alloc] initWithBytes:why.data length:why.length encoding:NSUTF8StringEncoding];
}

@implementation BenchViewController {
  UILabel *_said;
  UIButton *_start, *_share;
  NSURL *_report;
}

- (UIButton *)button:(NSString *)title action:(SEL)action {
  UIButton *button = [UIButton buttonWithType:UIButtonTypeSystem];
  [button setTitle:title forState:UIControlStateNormal];
  [button addTarget:self action:action forControlEvents:UIControlEventTouchUpInside];
  return button;
}

- (void)viewDidLoad {
  [super viewDidLoad];
  self.view.backgroundColor = [UIColor systemBackgroundColor];
  _start = [self button:@"Measure" action:@selector(begin)];
  _share = [self button:@"Share JSON" action:@selector(share)];
  _share.enabled = NO;
  _said = [[UILabel alloc] initWithFrame:CGRectZero];
  _said.numberOfLines = 0;
  UIStackView *all = [[UIStackView alloc] initWithArrangedSubviews:@[ _start, _share, _said ]];
  all.axis = UILayoutConstraintAxisVertical;
  all.spacing = 24;
  all.frame = CGRectInset(self.view.bounds, 24, 120);
  all.autoresizingMask = UIViewAutoresizingFlexibleWidth;
  [self.view addSubview:all];
}

- (void)begin {
  NSData *package = pelliclePackage();
  if (!package) {
    _said.text = @"The package is not among the app's resources.";
    return;
  }
  _start.enabled = NO;
  _share.enabled = NO;
  // A screen that goes dark stops the app.
  [UIApplication sharedApplication].idleTimerDisabled = YES;
  CGSize size = self.view.bounds.size;
  float scale = (float)self.view.window.screen.nativeScale;
  UIEdgeInsets covered = self.view.window.safeAreaInsets;
  // `PellicleBench` belongs to the thread that opened it: a queue would not keep to one.
  NSThread *thread = [[NSThread alloc] initWithBlock:^{
    [self measure:package size:size scale:scale covered:covered];
  }];
  thread.stackSize = kStack;
  thread.qualityOfService = NSQualityOfServiceUserInteractive;
  [thread start];
}

/// On a thread of its own: a part takes seconds.
- (void)measure:(NSData *)package size:(CGSize)size scale:(float)scale covered:(UIEdgeInsets)covered {
  PellicleProgramOptions program = {.struct_size = sizeof program, .trust = PELLICLE_TRUST_OWN, .allow_unsigned = 1};
  program.package = (PellicleBytes){package.bytes, package.length};
  program.id = pellicle_text(kPellicleProgram.UTF8String);
  program.width = (float)size.width;
  program.height = (float)size.height;
  program.scale = scale;
  program.has_safe_area = 1;
  program.safe_area = (PellicleInsets){(float)covered.top, (float)covered.right, (float)covered.bottom, (float)covered.left};
  PellicleBench *bench = NULL;
  PellicleBenchProgress progress = {.struct_size = sizeof progress};
  PellicleText json = {NULL, 0};
  NSString *failure = nil;
  NSURL *file = nil;
  BOOL going = pellicle_bench_open(&program, NULL, &bench) == PELLICLE_STATUS_OK &&
               pellicle_bench_step(bench, 0, &progress) == PELLICLE_STATUS_OK;
  while (going && progress.done < progress.parts) {
    NSString *next = [[NSString alloc] initWithBytes:progress.next.data
                                              length:progress.next.length
                                            encoding:NSUTF8StringEncoding];
    [self say:[NSString stringWithFormat:@"%u / %u: %@", progress.done, progress.parts, next]];
    going = pellicle_bench_step(bench, 1, &progress) == PELLICLE_STATUS_OK;
  }
  if (going && pellicle_bench_report(bench, &json) == PELLICLE_STATUS_OK) {
    NSString *path = [NSTemporaryDirectory() stringByAppendingPathComponent:@"pellicle-bench.json"];
    NSData *data = [NSData dataWithBytes:json.data length:json.length];
    file = [data writeToFile:path atomically:YES] ? [NSURL fileURLWithPath:path] : nil;
    failure = file ? nil : @"The report cannot be written.";
  } else {
    failure = lastError();
  }
  if (bench) {
    pellicle_bench_destroy(bench);
  }
  dispatch_async(dispatch_get_main_queue(), ^{
    [self finished:file failure:failure];
  });
}

- (void)say:(NSString *)text {
  dispatch_async(dispatch_get_main_queue(), ^{
    self->_said.text = text;
  });
}

- (void)finished:(NSURL *)report failure:(NSString *)failure {
  _report = report;
  _start.enabled = YES;
  _share.enabled = report != nil;
  _said.text = failure ?: @"Done.";
  [UIApplication sharedApplication].idleTimerDisabled = NO;
}

- (void)share {
  UIActivityViewController *sheet = [[UIActivityViewController alloc] initWithActivityItems:@[ _report ]
                                                                      applicationActivities:nil];
  sheet.popoverPresentationController.sourceView = _share;
  [self presentViewController:sheet animated:YES completion:nil];
}
@end
