package org.pellicle.host;

import java.util.Arrays;

/** The text field that has the focus, as Pellicle has it: text with ranges in UTF-16 units, as Android counts. */
final class TextCopy {
  // PellicleTextMode
  static final int NUMBER = 1;
  static final int ID_CARD = 2;
  static final int DIGIT = 3;
  static final int PASSWORD = 5;

  // PellicleConfirm
  static final int SEND = 1;
  static final int SEARCH = 2;
  static final int NEXT = 3;
  static final int GO = 4;
  static final int RETURN = 5;

  final String text;
  final int mode;
  final boolean multiline;
  final int confirm;
  final int selectionStart;
  final int selectionEnd;
  /** What is still composed; empty if nothing is. */
  final int composedStart;
  final int composedEnd;

  private TextCopy(byte[] text, int[] figures) {
    this.text = Pellicle.text(text);
    mode = figures[0];
    multiline = figures[1] != 0;
    confirm = figures[2];
    selectionStart = units(text, figures[3]);
    selectionEnd = units(text, figures[4]);
    composedStart = units(text, figures[5]);
    composedEnd = units(text, figures[6]);
  }

  /** That of a mini-program; null if no field has the focus. */
  static TextCopy of(long handle) {
    int[] figures = new int[7];
    byte[] text = Pellicle.field(handle, figures);
    return text == null ? null : new TextCopy(text, figures);
  }

  /** UTF-16 units of so many bytes of UTF-8. */
  private static int units(byte[] text, int bytes) {
    return Pellicle.text(Arrays.copyOf(text, bytes)).length();
  }

  /** Bytes of so many UTF-16 units. */
  static int bytes(CharSequence text, int units) {
    return Pellicle.bytes(text.subSequence(0, units)).length;
  }

  /** True if the same keyboard will do for both. */
  boolean isLike(TextCopy other) {
    return mode == other.mode && multiline == other.multiline && confirm == other.confirm;
  }

  boolean isAsIn(CharSequence other, int start, int end) {
    return text.contentEquals(other) && selectionStart == Math.min(start, end) && selectionEnd == Math.max(start, end);
  }
}
