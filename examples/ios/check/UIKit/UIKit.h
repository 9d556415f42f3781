// What this host uses of Foundation and UIKit, as declarations: clang is given them in the place of an SDK of iOS, which
// only Macs have. Names, arguments and protocols are those of iOS 16.

#pragma once
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma clang assume_nonnull begin

#define NS_ASSUME_NONNULL_BEGIN _Pragma("clang assume_nonnull begin")
#define NS_ASSUME_NONNULL_END _Pragma("clang assume_nonnull end")
#define nil ((id)0)
#define YES ((BOOL)1)
#define NO ((BOOL)0)
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
typedef bool BOOL;
typedef long NSInteger;
typedef unsigned long NSUInteger;
typedef double CGFloat, NSTimeInterval;
typedef unsigned short unichar;
typedef struct { NSUInteger location, length; } NSRange;
typedef struct { CGFloat x, y; } CGPoint;
typedef struct { CGFloat width, height; } CGSize;
typedef struct { CGPoint origin; CGSize size; } CGRect;
typedef struct { CGFloat top, left, bottom, right; } UIEdgeInsets;
typedef struct objc_selector *SEL;
static const NSInteger NSNotFound = INTPTR_MAX;
extern const CGRect CGRectZero;
CGSize CGSizeMake(CGFloat width, CGFloat height);
CGRect CGRectMake(CGFloat x, CGFloat y, CGFloat width, CGFloat height);
CGRect CGRectInset(CGRect rect, CGFloat dx, CGFloat dy);
CGFloat CGRectGetMinX(CGRect rect);
CGFloat CGRectGetMinY(CGRect rect);
CGFloat CGRectGetMaxY(CGRect rect);
NSRange NSMakeRange(NSUInteger location, NSUInteger length);
NSUInteger NSMaxRange(NSRange range);
BOOL NSEqualRanges(NSRange a, NSRange b);

typedef void (^dispatch_block_t)(void);
typedef struct dispatch_queue *dispatch_queue_t;
typedef uint64_t dispatch_time_t;
#define DISPATCH_TIME_NOW 0ull
#define NSEC_PER_SEC 1000000000ull
dispatch_queue_t dispatch_get_main_queue(void);
void dispatch_async(dispatch_queue_t queue, dispatch_block_t block);
dispatch_time_t dispatch_time(dispatch_time_t when, int64_t delta);
void dispatch_after(dispatch_time_t when, dispatch_queue_t queue, dispatch_block_t block);

@class NSString, NSDictionary<K, V>, NSEnumerator<T>, NSArray<T>, UIWindow, UITouch;

@protocol NSObject
- (BOOL)isEqual:(nullable id)other;
@end

__attribute__((objc_root_class)) @interface NSObject <NSObject>
+ (instancetype)alloc;
- (instancetype)init;
+ (Class)class;
- (void)dealloc;
@end

@protocol NSCopying
@end
@protocol NSFastEnumeration
- (NSUInteger)countByEnumeratingWithState:(void *)state objects:(id _Nullable *_Nonnull)objects count:(NSUInteger)count;
@end

typedef enum : NSUInteger { NSUTF8StringEncoding = 4 } NSStringEncoding;
typedef enum : NSInteger { NSOrderedAscending = -1, NSOrderedSame, NSOrderedDescending } NSComparisonResult;

@interface NSData : NSObject
@property(readonly) NSUInteger length;
@property(readonly) const void *bytes __attribute__((objc_returns_inner_pointer));
+ (nullable instancetype)dataWithContentsOfURL:(id)url;
+ (instancetype)dataWithBytes:(nullable const void *)bytes length:(NSUInteger)length;
- (BOOL)writeToFile:(NSString *)path atomically:(BOOL)atomically;
@end

@interface NSString : NSObject <NSCopying>
@property(readonly) NSUInteger length;
@property(readonly, nullable) const char *UTF8String;
- (nullable instancetype)initWithBytes:(const void *)bytes length:(NSUInteger)length encoding:(NSStringEncoding)encoding;
+ (instancetype)stringWithFormat:(NSString *)format, ... __attribute__((format(__NSString__, 1, 2)));
- (unichar)characterAtIndex:(NSUInteger)index;
- (NSString *)substringToIndex:(NSUInteger)to;
- (NSString *)substringWithRange:(NSRange)range;
- (NSRange)rangeOfComposedCharacterSequenceAtIndex:(NSUInteger)index;
- (NSUInteger)lengthOfBytesUsingEncoding:(NSStringEncoding)encoding;
- (nullable NSData *)dataUsingEncoding:(NSStringEncoding)encoding;
- (BOOL)isEqualToString:(NSString *)other;
- (NSString *)stringByAppendingPathComponent:(NSString *)part;
@end

@interface NSConstantString : NSString
@end

@interface NSMutableString : NSString
+ (instancetype)string;
- (void)setString:(NSString *)string;
- (void)replaceCharactersInRange:(NSRange)range withString:(NSString *)string;
@end

void NSLog(NSString *format, ...) __attribute__((format(__NSString__, 1, 2)));

@interface NSValue : NSObject
@property(readonly) CGRect CGRectValue;
@end

@interface NSNumber : NSValue
@property(readonly) unsigned int unsignedIntValue;
+ (NSNumber *)numberWithUnsignedInteger:(NSUInteger)value;
@end

@interface NSEnumerator<T> : NSObject
@property(readonly, copy) NSArray<T> *allObjects;
@end

@interface NSArray<__covariant T> : NSObject <NSFastEnumeration>
@property(nullable, readonly) T firstObject;
- (BOOL)containsObject:(T)object;
+ (instancetype)arrayWithObjects:(const T _Nonnull[_Nullable])objects count:(NSUInteger)count;
@end

@interface NSSet<__covariant T> : NSObject <NSFastEnumeration>
@end

@interface NSDictionary<__covariant K, __covariant V> : NSObject
- (nullable V)objectForKeyedSubscript:(K)key;
@end

@interface NSMapTable<K, V> : NSObject
+ (NSMapTable<K, V> *)strongToStrongObjectsMapTable;
- (nullable V)objectForKey:(nullable K)key;
- (void)setObject:(nullable V)object forKey:(nullable K)key;
- (void)removeObjectForKey:(nullable K)key;
- (nullable NSEnumerator<V> *)objectEnumerator;
@end

@interface NSURL : NSObject
+ (NSURL *)fileURLWithPath:(NSString *)path;
@end

@interface NSBundle : NSObject
@property(class, readonly) NSBundle *mainBundle;
- (nullable NSURL *)URLForResource:(nullable NSString *)name withExtension:(nullable NSString *)ending;
@end

@interface NSFileManager : NSObject
@property(class, readonly) NSFileManager *defaultManager;
- (BOOL)createDirectoryAtPath:(NSString *)path
    withIntermediateDirectories:(BOOL)all
                     attributes:(nullable NSDictionary *)attributes
                          error:(id _Nullable *_Nullable)error;
@end

typedef enum : NSUInteger { NSApplicationSupportDirectory = 14 } NSSearchPathDirectory;
typedef enum : NSUInteger { NSUserDomainMask = 1 } NSSearchPathDomainMask;
NSArray<NSString *> *NSSearchPathForDirectoriesInDomains(NSSearchPathDirectory folder, NSSearchPathDomainMask domain, BOOL expand);
NSString *NSTemporaryDirectory(void);

@interface NSNotification : NSObject
@property(nullable, readonly, copy) NSDictionary *userInfo;
@end

@interface NSNotificationCenter : NSObject
@property(class, readonly) NSNotificationCenter *defaultCenter;
- (void)addObserver:(id)observer selector:(SEL)selector name:(nullable NSString *)name object:(nullable id)object;
- (void)removeObserver:(id)observer;
@end

@interface NSRunLoop : NSObject
@property(class, readonly) NSRunLoop *mainRunLoop;
@end
extern NSString *const NSRunLoopCommonModes;

@interface NSTimer : NSObject
+ (NSTimer *)scheduledTimerWithTimeInterval:(NSTimeInterval)interval repeats:(BOOL)repeats block:(void (^)(NSTimer *timer))block;
- (void)invalidate;
@end

typedef enum : NSInteger { NSQualityOfServiceUserInteractive = 0x21 } NSQualityOfService;
@interface NSThread : NSObject
@property NSUInteger stackSize;
@property NSQualityOfService qualityOfService;
- (instancetype)initWithBlock:(void (^)(void))block;
- (void)start;
@end

// --- UIKit

@class UIEvent, UIView, UIViewController, CALayer;

@interface UIColor : NSObject
@property(class, readonly) UIColor *systemBackgroundColor;
@end

@interface UIScreen : NSObject
@property(class, readonly) UIScreen *mainScreen;
@property(readonly) CGRect bounds;
@property(readonly) CGFloat nativeScale;
@end

typedef enum : NSInteger { UIUserInterfaceStyleDark = 2 } UIUserInterfaceStyle;
@interface UITraitCollection : NSObject
@property(readonly) UIUserInterfaceStyle userInterfaceStyle;
@end

@interface UIResponder : NSObject
@property(readonly) BOOL canBecomeFirstResponder;
@property(readonly) BOOL isFirstResponder;
- (BOOL)becomeFirstResponder;
- (BOOL)resignFirstResponder;
- (void)reloadInputViews;
- (void)touchesBegan:(NSSet<UITouch *> *)touches withEvent:(nullable UIEvent *)event;
- (void)touchesMoved:(NSSet<UITouch *> *)touches withEvent:(nullable UIEvent *)event;
- (void)touchesEnded:(NSSet<UITouch *> *)touches withEvent:(nullable UIEvent *)event;
- (void)touchesCancelled:(NSSet<UITouch *> *)touches withEvent:(nullable UIEvent *)event;
@end

typedef enum : NSInteger { UITouchTypeDirect, UITouchTypeIndirect, UITouchTypePencil, UITouchTypeIndirectPointer } UITouchType;
@interface UITouch : NSObject
@property(readonly) NSTimeInterval timestamp;
@property(readonly) UITouchType type;
- (CGPoint)preciseLocationInView:(nullable UIView *)view;
@end

@interface UIEvent : NSObject
- (nullable NSArray<UITouch *> *)coalescedTouchesForTouch:(UITouch *)touch;
@end

typedef enum : NSUInteger { UIViewAutoresizingFlexibleWidth = 1 << 1, UIViewAutoresizingFlexibleHeight = 1 << 4 } UIViewAutoresizing;
@interface UIView : UIResponder
@property(class, readonly) Class layerClass;
@property(readonly, strong) CALayer *layer;
@property CGRect frame;
@property CGRect bounds;
@property CGFloat contentScaleFactor;
@property(getter=isMultipleTouchEnabled) BOOL multipleTouchEnabled;
@property UIViewAutoresizing autoresizingMask;
@property(nullable, copy) UIColor *backgroundColor;
@property(nullable, readonly) UIWindow *window;
@property(readonly) UIEdgeInsets safeAreaInsets;
@property(readonly) UITraitCollection *traitCollection;
- (instancetype)initWithFrame:(CGRect)frame;
- (void)addSubview:(UIView *)view;
- (void)removeFromSuperview;
- (void)layoutSubviews;
- (void)setNeedsLayout;
- (void)didMoveToWindow;
- (void)safeAreaInsetsDidChange;
- (void)traitCollectionDidChange:(nullable UITraitCollection *)before;
- (CGRect)convertRect:(CGRect)rect fromView:(nullable UIView *)view;
@end

@interface UIWindow : UIView
@property(nullable, strong) UIViewController *rootViewController;
@property(readonly) UIScreen *screen;
- (void)makeKeyAndVisible;
@end

typedef enum : NSUInteger {
  UIInterfaceOrientationMaskPortrait = 1 << 1,
  UIInterfaceOrientationMaskLandscape = 3 << 3,
  UIInterfaceOrientationMaskAllButUpsideDown = 13 << 1,
} UIInterfaceOrientationMask;

@interface UIPopoverPresentationController : NSObject
@property(nullable, strong) UIView *sourceView;
@end

@interface UIViewController : UIResponder
@property(null_resettable, strong) UIView *view;
@property(nullable, copy) NSString *title;
@property(readonly) UIInterfaceOrientationMask supportedInterfaceOrientations;
@property(nullable, readonly) UIPopoverPresentationController *popoverPresentationController;
- (void)viewDidLoad;
- (void)setNeedsUpdateOfSupportedInterfaceOrientations;
- (void)presentViewController:(UIViewController *)controller animated:(BOOL)animated completion:(void (^_Nullable)(void))done;
@end

@interface UITabBarController : UIViewController
@property(nullable, copy) NSArray<UIViewController *> *viewControllers;
@end

@interface UIActivityViewController : UIViewController
- (instancetype)initWithActivityItems:(NSArray *)items applicationActivities:(nullable NSArray *)activities;
@end

typedef enum : NSUInteger { UIControlStateNormal } UIControlState;
typedef enum : NSUInteger { UIControlEventTouchUpInside = 1 << 6 } UIControlEvents;
typedef enum : NSInteger { UIButtonTypeSystem = 1 } UIButtonType;
@interface UIControl : UIView
@property(getter=isEnabled) BOOL enabled;
- (void)addTarget:(nullable id)target action:(SEL)action forControlEvents:(UIControlEvents)events;
@end
@interface UIButton : UIControl
+ (instancetype)buttonWithType:(UIButtonType)type;
- (void)setTitle:(nullable NSString *)title forState:(UIControlState)state;
@end
@interface UILabel : UIView
@property(nullable, copy) NSString *text;
@property NSInteger numberOfLines;
@end
typedef enum : NSInteger { UILayoutConstraintAxisHorizontal, UILayoutConstraintAxisVertical } UILayoutConstraintAxis;
@interface UIStackView : UIView
@property UILayoutConstraintAxis axis;
@property CGFloat spacing;
- (instancetype)initWithArrangedSubviews:(NSArray<UIView *> *)views;
@end

typedef NSUInteger UIBackgroundTaskIdentifier;
extern const UIBackgroundTaskIdentifier UIBackgroundTaskInvalid;
extern NSString *const UIApplicationDidEnterBackgroundNotification, *const UIApplicationWillEnterForegroundNotification,
    *const UIApplicationDidReceiveMemoryWarningNotification, *const UIKeyboardWillChangeFrameNotification,
    *const UIKeyboardFrameEndUserInfoKey;
@interface UIApplication : UIResponder
@property(class, readonly) UIApplication *sharedApplication;
@property(getter=isIdleTimerDisabled) BOOL idleTimerDisabled;
- (UIBackgroundTaskIdentifier)beginBackgroundTaskWithExpirationHandler:(void (^_Nullable)(void))handler;
- (void)endBackgroundTask:(UIBackgroundTaskIdentifier)task;
@end
@protocol UIApplicationDelegate <NSObject>
@optional
- (BOOL)application:(UIApplication *)application didFinishLaunchingWithOptions:(nullable NSDictionary *)options;
@property(nullable, nonatomic, strong) UIWindow *window;
@end
int UIApplicationMain(int count, char *_Nullable arguments[_Nonnull], NSString *_Nullable principal, NSString *_Nullable delegate);

// --- Text

@interface UITextPosition : NSObject
@end
@interface UITextRange : NSObject
@property(readonly, getter=isEmpty) BOOL empty;
@property(readonly) UITextPosition *start, *end;
@end
@interface UITextSelectionRect : NSObject
@end
typedef enum : NSInteger { UITextStorageDirectionForward, UITextStorageDirectionBackward } UITextStorageDirection;
typedef enum : NSInteger {
  UITextLayoutDirectionRight = 2, UITextLayoutDirectionLeft, UITextLayoutDirectionUp, UITextLayoutDirectionDown,
} UITextLayoutDirection;
typedef enum : NSInteger { NSWritingDirectionNatural = -1 } NSWritingDirection;
typedef enum : NSInteger {
  UIKeyboardTypeDefault, UIKeyboardTypeASCIICapable, UIKeyboardTypeNumberPad = 4, UIKeyboardTypeDecimalPad = 8,
} UIKeyboardType;
typedef enum : NSInteger {
  UIReturnKeyDefault, UIReturnKeyGo, UIReturnKeyNext = 4, UIReturnKeySearch = 6, UIReturnKeySend, UIReturnKeyDone = 9,
} UIReturnKeyType;
@protocol UITextInputTraits <NSObject>
@optional
@property UIKeyboardType keyboardType;
@property UIReturnKeyType returnKeyType;
@property(getter=isSecureTextEntry) BOOL secureTextEntry;
@end
@protocol UIKeyInput <UITextInputTraits>
@property(readonly) BOOL hasText;
- (void)insertText:(NSString *)text;
- (void)deleteBackward;
@end
@protocol UITextInput;
@protocol UITextInputTokenizer <NSObject>
@end
@interface UITextInputStringTokenizer : NSObject <UITextInputTokenizer>
- (instancetype)initWithTextInput:(UIResponder<UITextInput> *)input;
@end
@protocol UITextInputDelegate <NSObject>
- (void)selectionWillChange:(nullable id<UITextInput>)input;
- (void)selectionDidChange:(nullable id<UITextInput>)input;
- (void)textWillChange:(nullable id<UITextInput>)input;
- (void)textDidChange:(nullable id<UITextInput>)input;
@end
@protocol UITextInput <UIKeyInput>
- (nullable NSString *)textInRange:(UITextRange *)range;
- (void)replaceRange:(UITextRange *)range withText:(NSString *)text;
@property(nullable, copy) UITextRange *selectedTextRange;
@property(nullable, readonly) UITextRange *markedTextRange;
@property(nullable, copy) NSDictionary<NSString *, id> *markedTextStyle;
- (void)setMarkedText:(nullable NSString *)text selectedRange:(NSRange)range;
- (void)unmarkText;
@property(readonly) UITextPosition *beginningOfDocument, *endOfDocument;
- (nullable UITextRange *)textRangeFromPosition:(UITextPosition *)from toPosition:(UITextPosition *)to;
- (nullable UITextPosition *)positionFromPosition:(UITextPosition *)position offset:(NSInteger)offset;
- (nullable UITextPosition *)positionFromPosition:(UITextPosition *)position
                                      inDirection:(UITextLayoutDirection)direction
                                           offset:(NSInteger)offset;
- (NSComparisonResult)comparePosition:(UITextPosition *)position toPosition:(UITextPosition *)other;
- (NSInteger)offsetFromPosition:(UITextPosition *)from toPosition:(UITextPosition *)to;
@property(nullable, weak) id<UITextInputDelegate> inputDelegate;
@property(readonly) id<UITextInputTokenizer> tokenizer;
- (nullable UITextPosition *)positionWithinRange:(UITextRange *)range farthestInDirection:(UITextLayoutDirection)direction;
- (nullable UITextRange *)characterRangeByExtendingPosition:(UITextPosition *)position
                                                inDirection:(UITextLayoutDirection)direction;
- (NSWritingDirection)baseWritingDirectionForPosition:(UITextPosition *)position inDirection:(UITextStorageDirection)direction;
- (void)setBaseWritingDirection:(NSWritingDirection)direction forRange:(UITextRange *)range;
- (CGRect)firstRectForRange:(UITextRange *)range;
- (CGRect)caretRectForPosition:(UITextPosition *)position;
- (NSArray<UITextSelectionRect *> *)selectionRectsForRange:(UITextRange *)range;
- (nullable UITextPosition *)closestPositionToPoint:(CGPoint)point;
- (nullable UITextPosition *)closestPositionToPoint:(CGPoint)point withinRange:(UITextRange *)range;
- (nullable UITextRange *)characterRangeAtPoint:(CGPoint)point;
@end

#pragma clang assume_nonnull end
