plugins {
  id("com.android.application")
}

val repository: File = rootDir.resolve("../..")
val program = layout.projectDirectory.file("src/main/assets/shop.ma")
val library = layout.projectDirectory.file("src/main/jniLibs/arm64-v8a/libpellicle_capi.so")

android {
  namespace = "org.pellicle.host"
  compileSdk = 35
  ndkVersion = "27.2.12479018"
  defaultConfig {
    applicationId = "org.pellicle.host"
    minSdk = 30
    targetSdk = 35
    versionCode = 1
    versionName = "0.1"
    ndk { abiFilters += "arm64-v8a" }
    externalNativeBuild {
      cmake { arguments += "-DPELLICLE=${repository.resolve("engine/capi/include")}" }
    }
  }
  externalNativeBuild {
    cmake { path = file("src/main/cpp/CMakeLists.txt") }
  }
  // Packages are compressed in themselves, and read whole.
  androidResources { noCompress += "ma" }
  compileOptions {
    sourceCompatibility = JavaVersion.VERSION_17
    targetCompatibility = JavaVersion.VERSION_17
  }
}

// Both are made by cargo (README.md): nothing is built behind a developer's back.
tasks.named("preBuild") {
  doFirst {
    for (made in listOf(program, library)) {
      check(made.asFile.exists()) { "${made.asFile} is missing: README.md says how it is made" }
    }
  }
}
