package org.pellicle.host;

import android.content.Context;
import android.content.res.Configuration;
import android.graphics.Insets;
import android.os.Handler;
import android.os.Looper;
import android.text.InputType;
import android.util.Log;
import android.view.Choreographer;
import android.view.KeyEvent;
import android.view.MotionEvent;
import android.view.SurfaceHolder;
import android.view.SurfaceView;
import android.view.WindowInsets;
import android.view.inputmethod.EditorInfo;
import android.view.inputmethod.InputConnection;
import android.view.inputmethod.InputMethodManager;

/**
 * A mini-program in a view: its surface, the frame callback as its clock, fingers, keys, the input method, what the system
 * covers, and its life. Everything happens on the thread of the interface.
 */
public final class PellicleView extends SurfaceView
    implements SurfaceHolder.Callback, Choreographer.FrameCallback, Pellicle.Events {
  /** What a mini-program wants of the app around it. */
  public interface Around {
    /** It closes itself. */
    void ended();

    /** It wants the screen {@code portrait}, {@code landscape} or {@code auto}. */
    void turn(String how);
  }

  private static final String TAG = "Pellicle";
  /** A wake-up within this time comes with the next frame, ms. */
  private static final double FRAME = 17;

  private final Around around;
  private final byte[] pack;
  private final String id;
  private final String folder;
  private final boolean gpu;
  private final float density = getResources().getDisplayMetrics().density;
  private final Handler handler = new Handler(Looper.getMainLooper());
  private final Choreographer choreographer = Choreographer.getInstance();
  private final InputMethodManager methods = getContext().getSystemService(InputMethodManager.class);
  private final Runnable ticking = this::tickBehind;
  private final boolean[] needsFrame = new boolean[1];

  /** The mini-program; 0 before it has a size, and after it was closed. */
  private long handle;
  private boolean closed;
  private boolean hasSurface;
  private boolean inFront = true;
  private boolean awaitsFrame;
  /** A picture that the window had no room for, or has lost. */
  private boolean owesFrame;
  /** The frame clock never goes back. */
  private double last;
  private Insets covered = Insets.NONE;
  private float keyboard;
  private TextConnection connection;

  /**
   * @param pack the bytes of a package ({@code pellicle build})
   * @param id the name under which it stores things
   * @param folder where all mini-programs of the app store things
   * @param gpu whether the GPU may draw
   */
  public PellicleView(Context context, Around around, byte[] pack, String id, String folder, boolean gpu) {
    super(context);
    this.around = around;
    this.pack = pack;
    this.id = id;
    this.folder = folder;
    this.gpu = gpu;
    setFocusable(true);
    setFocusableInTouchMode(true);
    getHolder().addCallback(this);
  }

  private double now() {
    last = Math.max(last, System.nanoTime() / 1e6);
    return last;
  }

  // --- Life -------------------------------------------------------------------------------------------------------------------

  private static boolean isDark(Configuration configuration) {
    return (configuration.uiMode & Configuration.UI_MODE_NIGHT_MASK) == Configuration.UI_MODE_NIGHT_YES;
  }

  private void open(int width, int height) {
    float[] figures = {
      width / density, height / density, density,
      covered.top / density, covered.right / density, covered.bottom / density, covered.left / density
    };
    boolean dark = isDark(getResources().getConfiguration());
    handle = Pellicle.open(this, pack, Pellicle.bytes(id), Pellicle.bytes(folder), figures, dark);
    if (handle == 0) {
      Log.e(TAG, Pellicle.text(Pellicle.lastError()));
      closed = true;
      handler.post(around::ended);
    }
  }

  /** The app comes to the front. */
  public void show() {
    inFront = true;
    handler.removeCallbacks(ticking);
    if (handle != 0) {
      Pellicle.show(handle, now());
      nextFrame();
    }
  }

  /** The app goes to the background: after 5 s script stands still, after 30 min it is ended, and its pages are kept. */
  public void hide() {
    inFront = false;
    if (handle != 0) {
      Pellicle.hide(handle, now());
      tickBehind();
    }
  }

  /** The mini-program ends as its user would end it. */
  public void close() {
    closed = true;
    handler.removeCallbacks(ticking);
    choreographer.removeFrameCallback(this);
    if (handle != 0) {
      Pellicle.close(handle);
      handle = 0;
    }
  }

  /** The system is short of memory: a level of {@code ComponentCallbacks2}. */
  public void trimMemory(int level) {
    // 5, 10 and 15 are those of an app in front; all above 15 are of one behind, which may be ended.
    if (handle != 0) {
      Pellicle.memoryPressure(handle, Math.min(level, 15), now());
      nextFrame();
    }
  }

  @Override
  protected void onConfigurationChanged(Configuration configuration) {
    super.onConfigurationChanged(configuration);
    if (handle != 0) {
      Pellicle.setDark(handle, isDark(configuration));
      nextFrame();
    }
  }

  // --- The clock --------------------------------------------------------------------------------------------------------------

  private void nextFrame() {
    if (!awaitsFrame && inFront && handle != 0) {
      awaitsFrame = true;
      choreographer.postFrameCallback(this);
    }
  }

  /** Moves the mini-program on. Gives when that is to be done again, ms of the clock. */
  private double tick(double now) {
    double next = Pellicle.tick(handle, now, needsFrame);
    if (connection != null) {
      TextCopy field = field();
      if (field != null) {
        connection.compare(field);
      }
    }
    return next;
  }

  @Override
  public void doFrame(long nanoseconds) {
    awaitsFrame = false;
    if (handle == 0) {
      return;
    }
    // The time of the frame, not the time at which the callback comes.
    last = Math.max(last, nanoseconds / 1e6);
    double now = last;
    double next = tick(now);
    if (handle != 0 && hasSurface && (needsFrame[0] || owesFrame)) {
      owesFrame = Pellicle.draw(handle, now) == Pellicle.LATER;
      next = owesFrame ? now : next;
    }
    if (next <= now + FRAME) {
      nextFrame();
    } else if (next < Double.POSITIVE_INFINITY) {
      handler.removeCallbacks(ticking);
      handler.postDelayed(ticking, (long) (next - now));
    }
  }

  /** In the background there are no frames; in front a wake-up far off comes as one. */
  private void tickBehind() {
    handler.removeCallbacks(ticking);
    if (inFront) {
      nextFrame();
      return;
    }
    if (handle == 0) {
      return;
    }
    double now = now();
    double next = tick(now);
    if (handle != 0 && next < Double.POSITIVE_INFINITY) {
      handler.postDelayed(ticking, (long) Math.max(1, next - now));
    }
  }

  // --- What the mini-program calls ----------------------------------------------------------------------------------------------

  @Override
  public void woken() {
    if (inFront) {
      nextFrame();
    } else {
      tickBehind();
    }
  }

  @Override
  public void said(int level, byte[] text) {
    Log.println(new int[] {Log.DEBUG, Log.INFO, Log.WARN, Log.ERROR}[Math.min(level, 3)], TAG, Pellicle.text(text));
  }

  @Override
  public void noticed(int kind, byte[] text) {
    switch (kind) {
      case Pellicle.TEXT_INPUT_BEGINS:
        // It comes with every move of the caret.
        if (connection == null) {
          requestFocus();
          methods.restartInput(this);
          methods.showSoftInput(this, 0);
        }
        break;
      case Pellicle.TEXT_INPUT_ENDS:
        connection = null;
        methods.hideSoftInputFromWindow(getWindowToken(), 0);
        methods.restartInput(this);
        break;
      case Pellicle.ORIENTATION:
        around.turn(Pellicle.text(text));
        break;
      case Pellicle.EXIT:
        // The library is on the stack: it is closed later.
        handler.post(around::ended);
        break;
      case Pellicle.RESTART_WANTED:
        handler.post(this::show);
        break;
      default:
        break;
    }
  }

  // --- The surface ------------------------------------------------------------------------------------------------------------

  @Override
  public void surfaceCreated(SurfaceHolder holder) {}

  @Override
  public void surfaceChanged(SurfaceHolder holder, int format, int width, int height) {
    if (closed || width == 0 || height == 0) {
      return;
    }
    if (handle == 0) {
      open(width, height);
    } else {
      Pellicle.resize(handle, width / density, height / density, density, now());
    }
    if (handle == 0) {
      return;
    }
    Pellicle.attach(handle, holder.getSurface(), gpu);
    hasSurface = true;
    // The system shows the window as soon as this returns.
    double now = now();
    tick(now);
    owesFrame = handle != 0 && Pellicle.draw(handle, now) != Pellicle.DRAWN;
    nextFrame();
  }

  @Override
  public void surfaceDestroyed(SurfaceHolder holder) {
    hasSurface = false;
    if (handle != 0) {
      Pellicle.detach(handle);
    }
  }

  // --- What the system covers ---------------------------------------------------------------------------------------------------

  @Override
  public WindowInsets onApplyWindowInsets(WindowInsets insets) {
    covered = insets.getInsets(WindowInsets.Type.systemBars() | WindowInsets.Type.displayCutout());
    float height = insets.getInsets(WindowInsets.Type.ime()).bottom / density;
    if (handle != 0) {
      Pellicle.setSafeArea(
          handle, covered.top / density, covered.right / density, covered.bottom / density, covered.left / density, now());
      if (height != keyboard) {
        Pellicle.keyboardHeight(handle, height, now());
      }
      nextFrame();
    }
    keyboard = height;
    return WindowInsets.CONSUMED;
  }

  // --- Fingers and keys -------------------------------------------------------------------------------------------------------

  private void pointer(int kind, MotionEvent event, int index, float x, float y, long time) {
    boolean mouse = event.getToolType(index) == MotionEvent.TOOL_TYPE_MOUSE;
    Pellicle.pointer(handle, kind, event.getPointerId(index), mouse, x / density, y / density, time, now());
  }

  private void pointer(int kind, MotionEvent event, int index) {
    pointer(kind, event, index, event.getX(index), event.getY(index), event.getEventTime());
  }

  @Override
  public boolean onTouchEvent(MotionEvent event) {
    if (handle == 0) {
      return false;
    }
    switch (event.getActionMasked()) {
      case MotionEvent.ACTION_DOWN:
      case MotionEvent.ACTION_POINTER_DOWN:
        pointer(Pellicle.POINTER_DOWN, event, event.getActionIndex());
        break;
      case MotionEvent.ACTION_MOVE:
        // Where the fingers were since the last frame, and where they are now: velocities are taken from all of it.
        for (int at = 0; at < event.getHistorySize(); at++) {
          for (int index = 0; index < event.getPointerCount(); index++) {
            float x = event.getHistoricalX(index, at);
            float y = event.getHistoricalY(index, at);
            pointer(Pellicle.POINTER_MOVE, event, index, x, y, event.getHistoricalEventTime(at));
          }
        }
        for (int index = 0; index < event.getPointerCount(); index++) {
          pointer(Pellicle.POINTER_MOVE, event, index);
        }
        break;
      case MotionEvent.ACTION_POINTER_UP:
        pointer(Pellicle.POINTER_UP, event, event.getActionIndex());
        break;
      case MotionEvent.ACTION_UP:
        pointer(Pellicle.POINTER_UP, event, event.getActionIndex());
        performClick();
        break;
      case MotionEvent.ACTION_CANCEL:
        for (int index = 0; index < event.getPointerCount(); index++) {
          pointer(Pellicle.POINTER_CANCEL, event, index);
        }
        break;
      default:
        return false;
    }
    nextFrame();
    return true;
  }

  /** What a click does the mini-program does by the fingers that it is given. */
  @Override
  public boolean performClick() {
    return super.performClick();
  }

  /** The back button: the mini-program leaves a page, or closes itself. */
  public void back() {
    if (handle != 0) {
      Pellicle.key(handle, Pellicle.BACK, 0, 0, 0, now());
      nextFrame();
    }
  }

  void key(int key, int modifiers) {
    if (handle != 0) {
      Pellicle.key(handle, Pellicle.KEY, key, 0, modifiers, now());
      nextFrame();
    }
  }

  private static int keyOf(int code) {
    switch (code) {
      case KeyEvent.KEYCODE_DEL:
        return Pellicle.KEY_BACKSPACE;
      case KeyEvent.KEYCODE_FORWARD_DEL:
        return Pellicle.KEY_DELETE;
      case KeyEvent.KEYCODE_ENTER:
      case KeyEvent.KEYCODE_NUMPAD_ENTER:
        return Pellicle.KEY_ENTER;
      case KeyEvent.KEYCODE_TAB:
        return Pellicle.KEY_TAB;
      case KeyEvent.KEYCODE_ESCAPE:
        return Pellicle.KEY_ESCAPE;
      case KeyEvent.KEYCODE_DPAD_LEFT:
        return Pellicle.KEY_LEFT;
      case KeyEvent.KEYCODE_DPAD_RIGHT:
        return Pellicle.KEY_RIGHT;
      case KeyEvent.KEYCODE_DPAD_UP:
        return Pellicle.KEY_UP;
      case KeyEvent.KEYCODE_DPAD_DOWN:
        return Pellicle.KEY_DOWN;
      case KeyEvent.KEYCODE_MOVE_HOME:
        return Pellicle.KEY_HOME;
      case KeyEvent.KEYCODE_MOVE_END:
        return Pellicle.KEY_END;
      default:
        return -1;
    }
  }

  /** Keys of a keyboard on a cable, and those that input methods send as keys. */
  @Override
  public boolean onKeyDown(int code, KeyEvent event) {
    int key = keyOf(code);
    if (handle == 0) {
      return super.onKeyDown(code, event);
    }
    if (key >= 0) {
      key(key, event.isShiftPressed() ? Pellicle.SHIFT : 0);
      return true;
    }
    int character = event.getUnicodeChar();
    if (character == 0 || connection == null || event.isCtrlPressed()) {
      return super.onKeyDown(code, event);
    }
    connection.commitText(new String(Character.toChars(character)), 1);
    return true;
  }

  // --- The input method -------------------------------------------------------------------------------------------------------

  TextCopy field() {
    return handle == 0 ? null : TextCopy.of(handle);
  }

  void edit(byte[] text, int selectionStart, int selectionEnd, int composedStart, int composedEnd) {
    if (handle != 0) {
      Pellicle.edit(handle, text, selectionStart, selectionEnd, composedStart, composedEnd, now());
      nextFrame();
    }
  }

  @Override
  public boolean onCheckIsTextEditor() {
    return field() != null;
  }

  private static int typeOf(TextCopy field) {
    switch (field.mode) {
      case TextCopy.NUMBER:
        return InputType.TYPE_CLASS_NUMBER;
      case TextCopy.DIGIT:
        return InputType.TYPE_CLASS_NUMBER | InputType.TYPE_NUMBER_FLAG_DECIMAL;
      case TextCopy.ID_CARD:
        return InputType.TYPE_CLASS_TEXT | InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS;
      case TextCopy.PASSWORD:
        return InputType.TYPE_CLASS_TEXT | InputType.TYPE_TEXT_VARIATION_PASSWORD;
      default:
        return InputType.TYPE_CLASS_TEXT | (field.multiline ? InputType.TYPE_TEXT_FLAG_MULTI_LINE : 0);
    }
  }

  private static int actionOf(TextCopy field) {
    switch (field.confirm) {
      case TextCopy.SEND:
        return EditorInfo.IME_ACTION_SEND;
      case TextCopy.SEARCH:
        return EditorInfo.IME_ACTION_SEARCH;
      case TextCopy.NEXT:
        return EditorInfo.IME_ACTION_NEXT;
      case TextCopy.GO:
        return EditorInfo.IME_ACTION_GO;
      case TextCopy.RETURN:
        return EditorInfo.IME_ACTION_NONE | EditorInfo.IME_FLAG_NO_ENTER_ACTION;
      default:
        return EditorInfo.IME_ACTION_DONE;
    }
  }

  @Override
  public InputConnection onCreateInputConnection(EditorInfo info) {
    TextCopy field = field();
    if (field == null) {
      connection = null;
      return null;
    }
    info.inputType = typeOf(field);
    info.imeOptions = actionOf(field) | EditorInfo.IME_FLAG_NO_FULLSCREEN | EditorInfo.IME_FLAG_NO_EXTRACT_UI;
    info.initialSelStart = field.selectionStart;
    info.initialSelEnd = field.selectionEnd;
    connection = new TextConnection(this, methods, field);
    return connection;
  }
}
