package dev.sluice.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Habits of this house that a machine can see. */
class HouseRulesTest {
  private static final JavaClasses CLASSES = ModuleGraphTest.CLASSES;

  /** Names that say nothing about what is in the file. */
  private static final String EMPTY_NAMES = ".*(Util|Utils|Helper|Helpers|Manager|Impl)|Common.*";

  /** What eBPF calls the functions of the kernel that a program may call. */
  private static final String BPF_WORD = "Helper";

  /** What is promised and not kept, or hidden from the run. */
  private static final Pattern LOOSE_ENDS = Pattern.compile("\\b(TODO|FIXME|XXX)\\b|@Disabled\\b");

  /** A test that waits for a time waits too long here and not long enough there. */
  private static final Pattern SLEEP = Pattern.compile("\\bThread\\.sleep\\(");

  @Test
  void namesAreNounsOfTheDomain() {
    Set<String> empty =
        CLASSES.stream()
            .map(JavaClass::getSimpleName)
            .filter(name -> name.matches(EMPTY_NAMES) && !name.equals(BPF_WORD))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(empty).isEmpty();
  }

  @Test
  void oneRoomLinksForeignFunctions() {
    noClasses()
        .that(not(resideInAPackage("dev.sluice.kernel.syscall")))
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Linker.class, SymbolLookup.class)
        .check(CLASSES);
  }

  /** Traffic control and devices are made of messages; only what lies below handles memory. */
  @Test
  void foreignMemoryStaysInAFewPackages() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.sluice.kernel",
            "dev.sluice.kernel.bpf..",
            "dev.sluice.kernel.netlink..",
            "dev.sluice.kernel.ring..",
            "dev.sluice.kernel.syscall..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign..")
        .check(CLASSES);
  }

  @Test
  void librariesDoNotPrint() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.sluice.bpf..", "dev.sluice.datapath..", "dev.sluice.kernel..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> unmarked =
        CLASSES.stream()
            .map(JavaClass::getPackage)
            .filter(folder -> !folder.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(unmarked).isEmpty();
  }

  @Test
  void sourcesHaveNoLooseEnds() throws IOException {
    Set<String> loose = new TreeSet<>();
    for (Path source : sources()) {
      int number = 0;
      for (String line : Files.readAllLines(source)) {
        number++;
        boolean sleeps = isTest(source) && SLEEP.matcher(line).find();
        if (sleeps || LOOSE_ENDS.matcher(line).find()) {
          loose.add(source + ":" + number + ": " + line.strip());
        }
      }
    }

    assertThat(loose).isEmpty();
  }

  private static boolean isTest(Path source) {
    return source.toString().contains("src/test/");
  }

  /** The sources of all modules, tests included, but for this one, which has to name the words. */
  private static Set<Path> sources() throws IOException {
    Set<Path> sources = new TreeSet<>();
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path module : modules.filter(path -> Files.isDirectory(path.resolve("src"))).toList()) {
        try (Stream<Path> files = Files.walk(module.resolve("src"))) {
          files
              .filter(path -> path.toString().endsWith(".java"))
              .filter(path -> !path.endsWith("HouseRulesTest.java"))
              .forEach(sources::add);
        }
      }
    }
    assertThat(sources).hasSizeGreaterThan(100);
    return sources;
  }
}
