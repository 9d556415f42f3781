package org.pellicle.host;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Drives the host's natives in a JVM on Linux, with a stand-in of Android's looper and window: {@code Drive PACKAGE FOLDER}. Ends with
 * the first thing that does not hold.
 */
final class Drive implements Pellicle.Events {
  private static final int ROW = 40;

  private final List<String> heard = new ArrayList<>();
  private long handle;
  private boolean woken;

  static native void turn(int ms);

  static native int pixel(int x, int y);

  static native int holders();

  @Override
  public void woken() {
    woken = true;
  }

  @Override
  public void said(int level, byte[] text) {
    heard.add(Pellicle.text(text));
  }

  @Override
  public void noticed(int kind, byte[] text) {
    heard.add("notice " + kind + " " + Pellicle.text(text));
  }

  private static void holds(boolean what, String name) {
    if (!what) {
      throw new AssertionError(name + ": " + Pellicle.text(Pellicle.lastError()));
    }
  }

  private static double now() {
    return System.nanoTime() / 1e6;
  }

  /** Goes on until something holds. */
  private void until(BooleanSupplier what, String name) {
    double start = now();
    boolean[] needsFrame = new boolean[1];
    while (!what.getAsBoolean()) {
      holds(now() - start < 30_000, name + " (heard " + heard + ")");
      turn(5);
      Pellicle.tick(handle, now(), needsFrame);
      if (needsFrame[0] && holders() > 0) {
        holds(Pellicle.draw(handle, now()) == Pellicle.DRAWN, "draw");
      }
    }
  }

  private void hears(String line) {
    until(() -> heard.contains(line), line);
    heard.clear();
  }

  private void pointer(int kind, int pointer, float x, float y) {
    Pellicle.pointer(handle, kind, pointer, false, x, y, now(), now());
  }

  private void tap(int pointer, float x, float y) {
    pointer(Pellicle.POINTER_DOWN, pointer, x, y);
    pointer(Pellicle.POINTER_UP, pointer, x, y);
  }

  private void type(String text, int start, int end, int composed, int composedEnd) {
    int[] at = {start, end, composed, composedEnd};
    for (int index = 0; index < at.length; index++) {
      at[index] = TextCopy.bytes(text, at[index]);
    }
    Pellicle.edit(handle, Pellicle.bytes(text), at[0], at[1], at[2], at[3], now());
  }

  private void run(byte[] pack, String folder) {
    holds(Pellicle.open(this, new byte[4], Pellicle.bytes("a"), Pellicle.bytes(folder), new float[] {1, 1, 1, 0, 0, 0, 0}, false) == 0,
        "a package of four bytes");
    float[] figures = {300, 400, 2, 30, 0, 20, 0};
    handle = Pellicle.open(this, pack, Pellicle.bytes("rows"), Pellicle.bytes(folder), figures, false);
    holds(handle != 0, "open");
    hears("safe 30 380");
    holds(woken, "script wakes the host");

    // No GPU draws in this window: the CPU does, at two device px per logical px.
    holds(!Pellicle.attach(handle, this, false), "attach");
    // Below a status bar of 30 px and the navigation bar of 44.
    int top = 74;
    tap(0, 20, top + ROW / 2);
    hears("tapped 1");
    until(() -> pixel(40, (top + ROW / 2) * 2) == 0xff0000, "a red row");
    // Two fingers at a time, the second with a number of its own.
    pointer(Pellicle.POINTER_DOWN, 4, 20, top + ROW / 2);
    pointer(Pellicle.POINTER_DOWN, 1, 30, top + ROW / 2);
    hears("fingers 2");
    pointer(Pellicle.POINTER_CANCEL, 1, 30, top + ROW / 2);
    pointer(Pellicle.POINTER_CANCEL, 4, 20, top + ROW / 2);

    tap(0, 20, top + ROW + ROW / 2);
    until(() -> TextCopy.of(handle) != null, "a field with the focus");
    Pellicle.keyboardHeight(handle, 100, now());
    hears("keyboard 100");
    type("日本", 2, 2, 0, 2);
    hears("typed 日本");
    TextCopy field = TextCopy.of(handle);
    holds(field.text.equals("日本") && field.composedStart == 0 && field.composedEnd == 2, "what is composed");
    holds(field.selectionStart == 2 && field.confirm == TextCopy.SEARCH && !field.multiline, "the field");
    type("日本😀", 2, 4, 0, 0);
    hears("typed 日本😀");
    field = TextCopy.of(handle);
    holds(field.isAsIn("日本😀", 4, 2) && field.composedStart == field.composedEnd, "what is selected");
    Pellicle.key(handle, Pellicle.KEY, Pellicle.KEY_BACKSPACE, 0, 0, now());
    hears("typed 日本");

    Pellicle.setSafeArea(handle, 0, 0, 0, 0, now());
    hears("safe 0 400");
    Pellicle.resize(handle, 400, 300, 1, now());
    hears("safe 0 300");
    Pellicle.detach(handle);
    holds(holders() == 0, "the window is let go of");
    Pellicle.hide(handle, now());
    hears("hidden");
    Pellicle.show(handle, now());
    hears("shown");
    Pellicle.attach(handle, this, false);
    until(() -> pixel(20, 44 + ROW / 2) == 0xff0000, "the row in a new window");
    Pellicle.memoryPressure(handle, 10, now());
    hears("memory 10");
    Pellicle.setDark(handle, true);
    Pellicle.key(handle, Pellicle.BACK, 0, 0, 0, now());
    hears("notice " + Pellicle.EXIT + " ");
    Pellicle.close(handle);
    holds(holders() == 0, "the window goes with the mini-program");
  }

  private static void bench(byte[] pack) {
    byte[] id = Pellicle.bytes("rows");
    float[] figures = {200, 260, 1, 20, 0, 0, 0};
    holds(Pellicle.benchOpen(pack, id, figures, Pellicle.bytes("wrong"), 1, 4) == 0, "a scenario that there is not");
    long bench = Pellicle.benchOpen(pack, id, figures, Pellicle.bytes("warm,tap"), 1, 4);
    holds(bench != 0, "bench");
    int[] progress = new int[2];
    byte[] next = Pellicle.benchStep(bench, false, progress);
    while (next != null && progress[0] < progress[1]) {
      next = Pellicle.benchStep(bench, true, progress);
    }
    holds(next != null && progress[1] == 4, "all parts");
    String json = Pellicle.text(Pellicle.benchReport(bench));
    Pellicle.benchClose(bench);
    holds(json.contains("\"schema\":\"pellicle-bench\"") && json.contains("\"scenario\":\"tap\""), "the report");
    System.out.write(json.getBytes(StandardCharsets.UTF_8), 0, json.getBytes(StandardCharsets.UTF_8).length);
    System.out.flush();
  }

  public static void main(String[] arguments) throws Exception {
    byte[] pack = Files.readAllBytes(Path.of(arguments[0]));
    new Drive().run(pack, arguments[1]);
    bench(pack);
  }
}
