package org.pellicle.host;

import java.nio.charset.StandardCharsets;

/**
 * What there is of Pellicle in C ({@code app/src/main/cpp/pellicle_jni.c}). A handle is a mini-program; all calls for it come
 * on the thread that opened it, which has a looper. Lengths are logical px, times ms of {@code System.nanoTime}.
 */
final class Pellicle {
  /** What a mini-program calls, on its thread. */
  interface Events {
    /** There is something new: tick soon. */
    void woken();

    /** A line of the console, an exception, a finding: {@code PellicleLevel}. */
    void said(int level, byte[] text);

    /** Something happened, or is asked for: {@code PellicleNoticeKind}. It may not close the mini-program at once. */
    void noticed(int kind, byte[] text);
  }

  // PellicleInputKind
  static final int POINTER_DOWN = 0;
  static final int POINTER_MOVE = 1;
  static final int POINTER_UP = 2;
  static final int POINTER_CANCEL = 3;
  static final int KEY = 6;
  static final int BACK = 11;

  // PellicleNoticeKind
  static final int TEXT_INPUT_BEGINS = 2;
  static final int TEXT_INPUT_ENDS = 3;
  static final int ORIENTATION = 4;
  static final int EXIT = 6;
  static final int RESTART_WANTED = 7;

  // PellicleKey
  static final int KEY_BACKSPACE = 0;
  static final int KEY_DELETE = 1;
  static final int KEY_ENTER = 2;
  static final int KEY_TAB = 3;
  static final int KEY_ESCAPE = 4;
  static final int KEY_LEFT = 5;
  static final int KEY_RIGHT = 6;
  static final int KEY_UP = 7;
  static final int KEY_DOWN = 8;
  static final int KEY_HOME = 9;
  static final int KEY_END = 10;

  // PellicleModifier
  static final int SHIFT = 1;

  // What `draw` answers.
  static final int DRAWN = 0;
  static final int LATER = 1;

  static {
    System.loadLibrary("pellicle_jni");
  }

  private Pellicle() {}

  static byte[] bytes(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** {@code figures}: width, height, scale, then what the system covers: top, right, bottom, left. 0 if it cannot be opened. */
  static native long open(Events events, byte[] pack, byte[] id, byte[] folder, float[] figures, boolean dark);

  static native void close(long handle);

  static native byte[] lastError();

  static native double tick(long handle, double now, boolean[] needsFrame);

  static native void hide(long handle, double now);

  static native void show(long handle, double now);

  static native void memoryPressure(long handle, int level, double now);

  static native void setDark(long handle, boolean dark);

  static native void resize(long handle, float width, float height, float scale, double now);

  static native void setSafeArea(long handle, float top, float right, float bottom, float left, double now);

  static native boolean attach(long handle, Object surface, boolean gpu);

  static native void detach(long handle);

  static native int draw(long handle, double now);

  static native boolean pointer(long handle, int kind, int pointer, boolean mouse, float x, float y, double time, double now);

  static native boolean key(long handle, int kind, int key, int character, int modifiers, double now);

  static native void keyboardHeight(long handle, float height, double now);

  static native void edit(
      long handle, byte[] text, int selectionStart, int selectionEnd, int composedStart, int composedEnd, double now);

  /** The focused field's text or null; mode, multiline, confirm, selection and composition (each start and end, bytes). */
  static native byte[] field(long handle, int[] figures);

  static native long benchOpen(byte[] pack, byte[] id, float[] figures, byte[] scenarios, int runs, int frames);

  static native byte[] benchStep(long handle, boolean measure, int[] progress);

  static native byte[] benchReport(long handle);

  static native void benchClose(long handle);
}
