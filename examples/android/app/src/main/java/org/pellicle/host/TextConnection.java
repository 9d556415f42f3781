package org.pellicle.host;

import android.text.Editable;
import android.text.Selection;
import android.text.SpannableStringBuilder;
import android.view.inputmethod.BaseInputConnection;
import android.view.inputmethod.InputMethodManager;

/**
 * What an input method types into: a copy of the field's text, which Android changes as it likes, and which is handed to
 * Pellicle whole when a batch of changes ends.
 */
final class TextConnection extends BaseInputConnection {
  private final PellicleView view;
  private final InputMethodManager methods;
  private final SpannableStringBuilder copy = new SpannableStringBuilder();
  private int batches;
  /** The field as it was taken last. */
  private TextCopy taken;

  TextConnection(PellicleView view, InputMethodManager methods, TextCopy field) {
    super(view, true);
    this.view = view;
    this.methods = methods;
    take(field);
  }

  @Override
  public Editable getEditable() {
    return copy;
  }

  /** What Pellicle has becomes the copy. */
  private void take(TextCopy field) {
    taken = field;
    copy.replace(0, copy.length(), field.text);
    removeComposingSpans(copy);
    Selection.setSelection(copy, field.selectionStart, field.selectionEnd);
  }

  /** A tap has moved the caret or gone to another field, or script has set another text: the input method hears of it. */
  void compare(TextCopy field) {
    boolean other = !field.isLike(taken) || !field.text.contentEquals(copy);
    boolean same = !other && field.isAsIn(copy, Selection.getSelectionStart(copy), Selection.getSelectionEnd(copy));
    if (batches > 0 || same) {
      return;
    }
    take(field);
    if (other) {
      methods.restartInput(view);
    } else {
      tell();
    }
  }

  private void tell() {
    methods.updateSelection(
        view,
        Selection.getSelectionStart(copy),
        Selection.getSelectionEnd(copy),
        getComposingSpanStart(copy),
        getComposingSpanEnd(copy));
  }

  @Override
  public boolean beginBatchEdit() {
    batches++;
    return true;
  }

  @Override
  public boolean endBatchEdit() {
    if (batches > 0 && --batches == 0) {
      handOver();
    }
    return batches > 0;
  }

  /** Changes no text, and so is no batch. */
  @Override
  public boolean setSelection(int start, int end) {
    boolean done = super.setSelection(start, end);
    if (batches == 0) {
      handOver();
    }
    return done;
  }

  @Override
  public boolean performEditorAction(int action) {
    view.key(Pellicle.KEY_ENTER, 0);
    return true;
  }

  private void handOver() {
    int start = Math.max(0, Selection.getSelectionStart(copy));
    int end = Math.max(0, Selection.getSelectionEnd(copy));
    int composed = getComposingSpanStart(copy);
    int composedEnd = getComposingSpanEnd(copy);
    boolean composes = composed >= 0 && composedEnd > composed;
    view.edit(
        Pellicle.bytes(copy),
        TextCopy.bytes(copy, Math.min(start, end)),
        TextCopy.bytes(copy, Math.max(start, end)),
        composes ? TextCopy.bytes(copy, composed) : 0,
        composes ? TextCopy.bytes(copy, composedEnd) : 0);
    TextCopy field = view.field();
    // The field takes no more than it is made for, and a selection has no direction there.
    if (field != null && !field.text.contentEquals(copy)) {
      take(field);
      methods.restartInput(view);
    } else {
      tell();
    }
  }
}
