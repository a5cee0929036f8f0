import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks or applies google-java-format: {@code Format check|apply ROOT FOLDER}, where the folder is
 * relative to the root. Run by the root pom in a JVM of its own. Remembers in target/format the
 * hashes of the files it found clean, so that an unchanged tree costs little more than starting the
 * JVM.
 */
final class Format {
  private final Set<String> knownClean;
  private final boolean apply;

  private Format(boolean apply, Set<String> knownClean) {
    this.apply = apply;
    this.knownClean = knownClean;
  }

  private enum State {
    CLEAN,
    DIRTY,
    APPLIED,
    BROKEN
  }

  private record Result(Path file, State state, String hash, String note) {}

  public static void main(String[] args) throws IOException {
    boolean apply =
        switch (args[0]) {
          case "check" -> false;
          case "apply" -> true;
          default -> throw new IllegalArgumentException("format: check or apply, not " + args[0]);
        };
    Path root = Path.of(args[1]);
    Path memory = root.resolve("target/format/clean");
    Set<String> knownClean =
        Files.exists(memory) ? new HashSet<>(Files.readAllLines(memory)) : new HashSet<>();

    var format = new Format(apply, knownClean);
    Path folder = root.resolve(args[2]).normalize();
    List<Result> results = sources(folder).parallelStream().map(format::visit).toList();

    boolean everything = folder.equals(root.normalize());
    Set<String> clean = new TreeSet<>(everything ? Set.of() : knownClean);
    int bad = 0;
    for (Result result : results) {
      switch (result.state) {
        case CLEAN -> clean.add(result.hash);
        case APPLIED -> {
          clean.add(result.hash);
          System.out.println("formatted " + root.relativize(result.file));
        }
        case DIRTY -> {
          bad++;
          System.err.println("not formatted: " + root.relativize(result.file));
        }
        case BROKEN -> {
          bad++;
          System.err.println("cannot parse: " + root.relativize(result.file) + ": " + result.note);
        }
      }
    }
    Files.createDirectories(memory.getParent());
    Files.write(memory, clean);
    if (bad > 0) {
      System.err.println("To format: ./mvnw -q -N validate -Dformat=apply");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            String name = dir.getFileName().toString();
            boolean skip = !dir.equals(root) && (name.equals("target") || name.startsWith("."));
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private Result visit(Path file) {
    try {
      String before = Files.readString(file);
      String hash = hash(before);
      if (knownClean.contains(hash)) {
        return new Result(file, State.CLEAN, hash, "");
      }
      String after = Gjf.format(before);
      if (after.equals(before)) {
        return new Result(file, State.CLEAN, hash, "");
      }
      if (!apply) {
        return new Result(file, State.DIRTY, hash, "");
      }
      Files.writeString(file, after);
      return new Result(file, State.APPLIED, hash(after), "");
    } catch (FormatterException e) {
      return new Result(file, State.BROKEN, "", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes());
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Apart, so that the formatter's classes load only when a file has changed. */
  private static final class Gjf {
    private static final Formatter FORMATTER =
        new Formatter(JavaFormatterOptions.builder().formatJavadoc(true).build());

    static String format(String source) throws FormatterException {
      String imports = ImportOrderer.reorderImports(source, JavaFormatterOptions.Style.GOOGLE);
      String formatted = FORMATTER.formatSource(RemoveUnusedImports.removeUnusedImports(imports));
      return StringWrapper.wrap(formatted, FORMATTER);
    }
  }
}
