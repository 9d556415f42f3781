package org.pellicle.host;

import android.app.Activity;
import android.content.Intent;
import android.content.pm.ActivityInfo;
import android.os.Bundle;
import android.view.Gravity;
import android.view.ViewGroup;
import android.widget.Button;
import android.widget.FrameLayout;
import android.widget.TextView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** One mini-program over the whole screen, and a button that leads to the bench. */
public final class MainActivity extends Activity implements PellicleView.Around {
  /** The package among the app's assets: {@code pellicle build examples/shop -o app/src/main/assets/shop.ma}. */
  static final String PACKAGE = "shop.ma";
  /** The name under which it stores things. */
  static final String ID = "shop";

  private PellicleView view;

  /** All of an asset. */
  static byte[] asset(Activity of, String name) throws IOException {
    try (InputStream from = of.getAssets().open(name)) {
      ByteArrayOutputStream to = new ByteArrayOutputStream();
      byte[] part = new byte[1 << 16];
      for (int length = from.read(part); length >= 0; length = from.read(part)) {
        to.write(part, 0, length);
      }
      return to.toByteArray();
    }
  }

  @Override
  protected void onCreate(Bundle kept) {
    super.onCreate(kept);
    // The mini-program is told what the system covers, and draws its bars around that itself.
    getWindow().setDecorFitsSystemWindows(false);
    byte[] pack;
    try {
      pack = asset(this, PACKAGE);
    } catch (IOException error) {
      TextView why = new TextView(this);
      why.setText(getString(R.string.no_package, PACKAGE));
      setContentView(why);
      return;
    }
    boolean gpu = !getIntent().getBooleanExtra("cpu", false);
    view = new PellicleView(this, this, pack, ID, getFilesDir().getPath() + "/pellicle", gpu);
    Button bench = new Button(this);
    bench.setText(R.string.bench);
    bench.setAlpha(0.5f);
    bench.setOnClickListener(button -> startActivity(new Intent(this, BenchActivity.class)));
    FrameLayout frame = new FrameLayout(this);
    frame.addView(view);
    int wrap = ViewGroup.LayoutParams.WRAP_CONTENT;
    frame.addView(bench, new FrameLayout.LayoutParams(wrap, wrap, Gravity.CENTER_VERTICAL));
    setContentView(frame);
  }

  @Override
  protected void onStart() {
    super.onStart();
    if (view != null) {
      view.show();
    }
  }

  @Override
  protected void onStop() {
    super.onStop();
    if (view != null) {
      view.hide();
    }
  }

  @Override
  protected void onDestroy() {
    super.onDestroy();
    if (view != null) {
      view.close();
    }
  }

  @Override
  public void onTrimMemory(int level) {
    super.onTrimMemory(level);
    if (view != null) {
      view.trimMemory(level);
    }
  }

  @Override
  public void onBackPressed() {
    if (view != null) {
      view.back();
    } else {
      super.onBackPressed();
    }
  }

  @Override
  public void ended() {
    finish();
  }

  @Override
  public void turn(String how) {
    int wanted = ActivityInfo.SCREEN_ORIENTATION_PORTRAIT;
    if (how.equals("landscape")) {
      wanted = ActivityInfo.SCREEN_ORIENTATION_LANDSCAPE;
    } else if (how.equals("auto")) {
      wanted = ActivityInfo.SCREEN_ORIENTATION_SENSOR;
    }
    setRequestedOrientation(wanted);
  }
}
