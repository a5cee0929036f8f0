import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The last words of a build: {@code Summary ROOT}. Counts the tests in each module's surefire
 * reports, then repeats the lines of each {@code target/summary.txt}, where a module's tests say
 * what a count can't.
 */
final class Summary {
  private static final Pattern SUITE = Pattern.compile("<testsuite\\s[^>]*>");

  private Summary() {}

  public static void main(String[] args) throws IOException {
    List<Path> modules;
    try (Stream<Path> folders = Files.list(Path.of(args[0]))) {
      modules = folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))).sorted().toList();
    }
    int all = 0;
    int allSkipped = 0;
    var perModule = new StringBuilder();
    var notes = new StringBuilder();
    for (Path module : modules) {
      int tests = 0;
      int skipped = 0;
      for (Path report : reports(module)) {
        Matcher suite = SUITE.matcher(Files.readString(report));
        if (suite.find()) {
          tests += number(suite.group(), "tests");
          skipped += number(suite.group(), "skipped");
        }
      }
      all += tests;
      allSkipped += skipped;
      if (tests > 0) {
        perModule.append(perModule.isEmpty() ? "" : ", ");
        perModule.append(module.getFileName()).append(' ').append(tests - skipped);
      }
      Path said = module.resolve("target/summary.txt");
      if (Files.exists(said)) {
        notes.append(Files.readString(said).strip()).append('\n');
      }
    }
    System.out.printf("%ntests: %d of %d ran (%s)%n", all - allSkipped, all, perModule);
    System.out.println(notes);
  }

  private static List<Path> reports(Path module) throws IOException {
    Path folder = module.resolve("target/surefire-reports");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".xml")).toList();
    }
  }

  private static int number(String element, String attribute) {
    Matcher value = Pattern.compile("\\s" + attribute + "=\"(\\d+)\"").matcher(element);
    return value.find() ? Integer.parseInt(value.group(1)) : 0;
  }
}
