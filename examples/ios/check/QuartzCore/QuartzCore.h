// As UIKit/UIKit.h.

#pragma once
#import <UIKit/UIKit.h>

#pragma clang assume_nonnull begin
double CACurrentMediaTime(void);
@interface CALayer : NSObject
@end
@interface CAMetalLayer : CALayer
@property CGSize drawableSize;
@end
@interface CADisplayLink : NSObject
@property(readonly) NSTimeInterval targetTimestamp;
@property(getter=isPaused) BOOL paused;
+ (CADisplayLink *)displayLinkWithTarget:(id)target selector:(SEL)selector;
- (void)addToRunLoop:(NSRunLoop *)loop forMode:(NSString *)mode;
- (void)invalidate;
@end
#pragma clang assume_nonnull end
