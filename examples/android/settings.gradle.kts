pluginManagement {
  repositories {
    google()
    mavenCentral()
  }
}
dependencyResolutionManagement {
  repositories {
    google()
    mavenCentral()
  }
}
rootProject.name = "pellicle-android"
include(":app")
