package org.pellicle.host;

import android.app.Activity;
import android.content.Intent;
import android.net.Uri;
import android.os.Bundle;
import android.util.Log;
import android.view.View;
import android.view.WindowManager;
import android.widget.Button;
import android.widget.LinearLayout;
import android.widget.TextView;
import java.io.IOException;
import java.io.OutputStream;

/**
 * What {@code pellicle bench} measures, on this phone: a screen with a button, and another one that writes the JSON to a
 * place of the user's choice. {@code pellicle bench --compare} reads it.
 *
 * <p>{@code adb shell am start -n org.pellicle.host/.BenchActivity --es scenarios fling,tap --ei runs 10} chooses what.
 */
public final class BenchActivity extends Activity {
  private static final int EXPORT = 1;
  /** Stack of the thread that measures, as large as that of an interface. */
  private static final long STACK = 8 << 20;

  private TextView said;
  private Button start;
  private Button export;
  private volatile boolean left;
  private byte[] report;

  @Override
  protected void onCreate(Bundle kept) {
    super.onCreate(kept);
    said = new TextView(this);
    start = new Button(this);
    export = new Button(this);
    start.setText(R.string.start);
    export.setText(R.string.export);
    export.setEnabled(false);
    start.setOnClickListener(button -> begin());
    export.setOnClickListener(button -> choosePlace());
    LinearLayout all = new LinearLayout(this);
    all.setOrientation(LinearLayout.VERTICAL);
    all.setFitsSystemWindows(true);
    for (View one : new View[] {start, export, said}) {
      all.addView(one);
    }
    setContentView(all);
  }

  @Override
  protected void onDestroy() {
    super.onDestroy();
    left = true;
  }

  private void begin() {
    byte[] pack;
    try {
      pack = MainActivity.asset(this, MainActivity.PACKAGE);
    } catch (IOException error) {
      said.setText(getString(R.string.no_package, MainActivity.PACKAGE));
      return;
    }
    String scenarios = getIntent().getStringExtra("scenarios");
    int runs = getIntent().getIntExtra("runs", 0);
    int frames = getIntent().getIntExtra("frames", 0);
    float density = getResources().getDisplayMetrics().density;
    View window = getWindow().getDecorView();
    float[] figures = {window.getWidth() / density, window.getHeight() / density, density, 24, 0, 0, 0};
    start.setEnabled(false);
    export.setEnabled(false);
    // A screen that goes dark measures a processor that goes to sleep.
    getWindow().addFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON);
    Runnable measure = () -> measure(pack, figures, scenarios == null ? "" : scenarios, runs, frames);
    new Thread(null, measure, "bench", STACK).start();
  }

  /** On a thread of its own: a part takes seconds. */
  private void measure(byte[] pack, float[] figures, String scenarios, int runs, int frames) {
    byte[] id = Pellicle.bytes(MainActivity.ID);
    long bench = Pellicle.benchOpen(pack, id, figures, Pellicle.bytes(scenarios), runs, frames);
    byte[] json = null;
    String failure = bench == 0 ? Pellicle.text(Pellicle.lastError()) : null;
    if (bench != 0) {
      int[] progress = new int[2];
      byte[] next = Pellicle.benchStep(bench, false, progress);
      while (!left && next != null && progress[0] < progress[1]) {
        tell(progress[0] + " / " + progress[1] + ": " + Pellicle.text(next));
        next = Pellicle.benchStep(bench, true, progress);
      }
      if (next == null) {
        failure = Pellicle.text(Pellicle.lastError());
      }
      json = Pellicle.benchReport(bench);
      Pellicle.benchClose(bench);
    }
    byte[] found = json;
    String said = failure;
    runOnUiThread(() -> finished(found, said));
  }

  private void tell(String text) {
    runOnUiThread(() -> said.setText(text));
  }

  private void finished(byte[] json, String failure) {
    report = json;
    start.setEnabled(true);
    export.setEnabled(json != null);
    getWindow().clearFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON);
    said.setText(failure != null ? failure : getString(R.string.done, json == null ? 0 : json.length));
  }

  private void choosePlace() {
    Intent place = new Intent(Intent.ACTION_CREATE_DOCUMENT);
    place.addCategory(Intent.CATEGORY_OPENABLE);
    place.setType("application/json");
    place.putExtra(Intent.EXTRA_TITLE, "pellicle-bench.json");
    startActivityForResult(place, EXPORT);
  }

  @Override
  protected void onActivityResult(int request, int result, Intent data) {
    super.onActivityResult(request, result, data);
    Uri place = data == null ? null : data.getData();
    if (request != EXPORT || result != RESULT_OK || place == null || report == null) {
      return;
    }
    try (OutputStream to = getContentResolver().openOutputStream(place)) {
      to.write(report);
      said.setText(R.string.written);
    } catch (IOException error) {
      Log.e("Pellicle", "export", error);
      said.setText(error.getMessage());
    }
  }
}
