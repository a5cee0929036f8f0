import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Makes cli/target/dist, which the launcher runs: {@code Dist DIST JAR CLASSPATH}.
 *
 * <ul>
 *   <li>{@code lib/}: the jars; {@code classpath}: their names in order
 *   <li>{@code sluice.aot}: classes loaded and linked by a training run, for a fast start
 *   <li>{@code java-home}: the JDK that made the cache; {@code commit}: what it was built from
 *   <li>{@code inputs}: a hash, so that an unchanged command is not packed and trained again
 * </ul>
 */
final class Dist {
  private static final int LATEST = ClassFile.latestMajorVersion();

  /** The JVM caches only classes with stack maps, which came with this version. */
  private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

  private static final Set<String> JVM_OPTIONS =
      Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private Dist() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path dist = Path.of(args[0]).toAbsolutePath();
    List<Path> jars = new ArrayList<>(List.of(Path.of(args[1])));
    Arrays.stream(args[2].split(java.io.File.pathSeparator))
        .map(Path::of)
        .filter(Files::isRegularFile)
        .forEach(jars::add);

    String inputs = hash(jars);
    if (inputs.equals(readOrEmpty(dist.resolve("inputs")))) {
      Files.writeString(dist.resolve("commit"), commit(dist));
      return;
    }

    // Made beside the old one and swapped in, so that a command started meanwhile finds a whole
    // one.
    Path next = dist.resolveSibling("dist-next");
    Path old = dist.resolveSibling("dist-old");
    delete(next);
    delete(old);
    Path lib = Files.createDirectories(next.resolve("lib"));
    StringBuilder names = new StringBuilder();
    for (Path jar : jars) {
      Path copy = lib.resolve(jar.getFileName());
      if (hasOldClasses(jar)) {
        modernise(jar, copy, jars);
      } else {
        Files.copy(jar, copy, StandardCopyOption.COPY_ATTRIBUTES);
      }
      names.append(jar.getFileName()).append('\n');
    }
    Files.writeString(next.resolve("classpath"), names.toString());
    Files.writeString(next.resolve("java-home"), System.getProperty("java.home") + '\n');
    Files.writeString(next.resolve("commit"), commit(dist));
    Files.writeString(next.resolve("inputs"), inputs);
    if (Files.exists(dist)) {
      Files.move(dist, old);
    }
    Files.move(next, dist);
    delete(old);
    // Last, in its final place: the cache remembers where its jars were.
    train(dist);
  }

  private static void train(Path dist) throws IOException, InterruptedException {
    Path cache = dist.resolve("sluice.aot");
    Path making = dist.resolve("sluice.aot.next");
    String classpath =
        String.join(
            java.io.File.pathSeparator,
            Files.readAllLines(dist.resolve("classpath")).stream()
                .map(name -> dist.resolve("lib").resolve(name).toString())
                .toList());
    Path log = dist.resolve("training.log");
    // Collector and native access must be the launcher's, or the cache does not fit.
    var java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:AOTCacheOutput=" + making,
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classpath,
                "dev.sluice.cli.Main",
                "train-startup")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(Path.of("/dev/null").toFile());
    java.environment().keySet().removeAll(JVM_OPTIONS);
    Process process = java.start();
    int code = process.waitFor();
    if (code != 0 || !Files.exists(making)) {
      System.err.println(Files.readString(log));
      System.err.println("The training run failed (exit code " + code + ")");
      System.exit(1);
    }
    Files.move(making, cache, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean hasOldClasses(Path jar) throws IOException {
    try (var file = new JarFile(jar.toFile())) {
      for (JarEntry entry : Collections.list(file.entries())) {
        if (isClass(entry)) {
          try (var in = file.getInputStream(entry)) {
            byte[] head = in.readNBytes(8);
            return ((head[6] & 0xff) << 8 | (head[7] & 0xff)) < FIRST_WITH_STACK_MAPS;
          }
        }
      }
    }
    return false;
  }

  private static boolean isClass(JarEntry entry) {
    String name = entry.getName();
    return name.endsWith(".class")
        && !name.startsWith("META-INF/")
        && !name.equals("module-info.class");
  }

  /** Copies a jar, giving its classes the latest version and stack maps; else they load slowly. */
  private static void modernise(Path jar, Path copy, List<Path> classpath) throws IOException {
    URL[] urls = new URL[classpath.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = classpath.get(i).toUri().toURL();
    }
    try (var loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
        var file = new JarFile(jar.toFile());
        var out = new JarOutputStream(Files.newOutputStream(copy))) {
      ClassFile classFile =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.defaultResolver()
                      .orElse(ClassHierarchyResolver.ofResourceParsing(loader))));
      for (JarEntry entry : Collections.list(file.entries())) {
        byte[] bytes;
        try (var in = file.getInputStream(entry)) {
          bytes = in.readAllBytes();
        }
        var target = new JarEntry(entry.getName());
        target.setTime(entry.getTime());
        out.putNextEntry(target);
        out.write(isClass(entry) ? modernise(classFile, bytes) : bytes);
        out.closeEntry();
      }
    }
  }

  private static byte[] modernise(ClassFile classFile, byte[] bytes) {
    ClassModel model = classFile.parse(bytes);
    return classFile.transformClass(
        model,
        ClassTransform.endHandler(builder -> builder.withVersion(LATEST, 0))
            .andThen(ClassTransform.transformingMethodBodies((code, e) -> code.with(e))));
  }

  private static String hash(List<Path> jars) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(System.getProperty("java.vm.version").getBytes());
      digest.update(System.getProperty("java.home").getBytes());
      Path self = Path.of(System.getProperty("jdk.launcher.sourcefile", ""));
      if (Files.isRegularFile(self)) {
        digest.update(Files.readAllBytes(self));
      }
      for (Path jar : jars) {
        digest.update(jar.getFileName().toString().getBytes());
        digest.update(Files.readAllBytes(jar));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Empty where it can't be told; then the launcher builds once more and says it itself. */
  private static String commit(Path dist) throws InterruptedException {
    try {
      Process git =
          new ProcessBuilder("git", "-C", dist.getParent().toString(), "rev-parse", "HEAD")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      git.getOutputStream().close();
      String commit = new String(git.getInputStream().readAllBytes());
      return git.waitFor() == 0 ? commit : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String readOrEmpty(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> paths = Files.walk(tree)) {
        for (Path path : paths.sorted(Collections.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
