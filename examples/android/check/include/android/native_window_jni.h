/* What the host uses of the NDK's native_window_jni.h; standin.c has its bodies. */
#pragma once
#include <android/native_window.h>
#include <jni.h>
ANativeWindow *ANativeWindow_fromSurface(JNIEnv *env, jobject surface);
