// What a mini-program's script has of a browser's and of Node's globals, where neither's own declarations are used.
declare const console: {
  log(...values: any[]): void;
  info(...values: any[]): void;
  warn(...values: any[]): void;
  error(...values: any[]): void;
  debug(...values: any[]): void;
};
declare function setTimeout(callback: (...values: any[]) => void, ms?: number, ...values: any[]): number;
declare function clearTimeout(id?: number): void;
declare function setInterval(callback: (...values: any[]) => void, ms?: number, ...values: any[]): number;
declare function clearInterval(id?: number): void;
declare function require(path: string): any;
declare const module: { exports: any };
declare const exports: any;
