
/** An event as a handler gets it. */
interface MiniEvent<D = any> {
  type: string;
  timeStamp: number;
  target: { id: string; dataset: Record<string, any>; offsetLeft?: number; offsetTop?: number };
  currentTarget: { id: string; dataset: Record<string, any>; offsetLeft?: number; offsetTop?: number };
  detail: D;
  mark?: Record<string, any>;
  touches?: Array<{ identifier: number; pageX: number; pageY: number; clientX: number; clientY: number }>;
  changedTouches?: Array<{ identifier: number; pageX: number; pageY: number; clientX: number; clientY: number }>;
}

/** What pages and components have in common. */
interface MiniInstance<D> {
  /** Read it; `setData` changes it. */
  readonly data: D;
  readonly is: string;
  readonly id: string;
  readonly dataset: Record<string, any>;
  setData(data: Partial<D> & Record<string, any>, callback?: () => void): void;
  selectComponent(selector: string): any;
  selectAllComponents(selector: string): any[];
  createSelectorQuery(): any;
  createIntersectionObserver(options?: Record<string, any>): any;
  getRelationNodes(path: string): any[];
  triggerEvent(name: string, detail?: any, options?: { bubbles?: boolean; composed?: boolean; capturePhase?: boolean }): void;
  getTabBar(): any;
  getPageId(): string;
  animate(selector: string, keyFrames: any[], duration: number, callback?: () => void): void;
  clearAnimation(selector: string, options?: any, callback?: () => void): void;
  groupSetData(callback: () => void): void;
  applyAnimatedStyle(selector: string, updater: () => Record<string, any>, options?: any, callback?: (result: any) => void): void;
}

interface MiniAppLifetimes {
  onLaunch?(options: { path: string; query: Record<string, string>; scene: number; referrerInfo?: any }): void;
  onShow?(options: { path: string; query: Record<string, string>; scene: number; referrerInfo?: any }): void;
  onHide?(): void;
  onError?(error: string): void;
  onPageNotFound?(options: { path: string; query: Record<string, string>; isEntryPage: boolean }): void;
  onUnhandledRejection?(options: { reason: any; promise: Promise<any> }): void;
  onThemeChange?(options: { theme: 'light' | 'dark' }): void;
}

interface MiniPageLifetimes {
  onLoad?(query: Record<string, string | undefined>): void | Promise<void>;
  onShow?(): void | Promise<void>;
  onReady?(): void | Promise<void>;
  onHide?(): void | Promise<void>;
  onUnload?(): void | Promise<void>;
  onPullDownRefresh?(): void | Promise<void>;
  onReachBottom?(): void | Promise<void>;
  onPageScroll?(options: { scrollTop: number }): void;
  onResize?(options: { size: { windowWidth: number; windowHeight: number } }): void;
  onTabItemTap?(item: { index: string; pagePath: string; text: string }): void;
  onShareAppMessage?(options: { from: string; target?: any }): any;
  onShareTimeline?(): any;
  onSaveExitState?(): { data: any; expireTimeStamp?: number };
}

interface MiniPageInstance<D> extends MiniInstance<D> {
  readonly route: string;
  readonly options: Record<string, string | undefined>;
  getOpenerEventChannel(): any;
}

type MiniPropertyType =
  | StringConstructor | NumberConstructor | BooleanConstructor | ArrayConstructor | ObjectConstructor | null;
type MiniProperty = MiniPropertyType | {
  type: MiniPropertyType;
  optionalTypes?: MiniPropertyType[];
  value?: any;
  observer?: string | ((now: any, before: any) => void);
};
type MiniPropertyValue<P> =
  P extends null ? any
  : P extends StringConstructor ? string
  : P extends NumberConstructor ? number
  : P extends BooleanConstructor ? boolean
  : P extends ArrayConstructor ? any[]
  : P extends ObjectConstructor ? Record<string, any>
  : P extends { type: infer T } ? MiniPropertyValue<T>
  : any;

interface MiniComponentLifetimes {
  created?(): void;
  attached?(): void;
  ready?(): void;
  moved?(): void;
  detached?(): void;
  error?(error: Error): void;
}

interface MiniComponentOptions<D, P, M> extends MiniComponentLifetimes {
  properties?: P;
  data?: D;
  methods?: M;
  observers?: Record<string, (...values: any[]) => void>;
  behaviors?: any[];
  externalClasses?: string[];
  options?: Record<string, any>;
  relations?: Record<string, any>;
  lifetimes?: MiniComponentLifetimes;
  pageLifetimes?: { show?(): void; hide?(): void; resize?(size: any): void; routeDone?(): void };
  export?(): any;
}

/** What `this` is in a component. */
type MiniComponentInstance<D, P, M> = MiniInstance<D & { [N in keyof P]: MiniPropertyValue<P[N]> }>
  & { readonly properties: { [N in keyof P]: MiniPropertyValue<P[N]> } } & M;

declare function App<T extends Record<string, any>>(options: T & MiniAppLifetimes & ThisType<T & MiniAppLifetimes>): void;
declare function getApp<T = Record<string, any>>(options?: { allowDefault?: boolean }): T;
declare function Page<D extends Record<string, any>, M extends Record<string, any>>(
  options: { data?: D } & MiniPageLifetimes & M & ThisType<MiniPageInstance<D> & M & MiniPageLifetimes>,
): void;
declare function getCurrentPages<T = MiniPageInstance<Record<string, any>>>(): T[];
declare function Component<D extends Record<string, any>, P extends Record<string, MiniProperty>, M extends Record<string, any>>(
  options: MiniComponentOptions<D, P, M> & ThisType<MiniComponentInstance<D, P, M>>,
): void;
declare function Behavior<D extends Record<string, any>, P extends Record<string, MiniProperty>, M extends Record<string, any>>(
  options: MiniComponentOptions<D, P, M> & ThisType<MiniComponentInstance<D, P, M>>,
): string;
