package dev.sluice.kernel;

import dev.sluice.bpf.btf.Btf;
import dev.sluice.bpf.btf.InvalidBtfException;
import dev.sluice.bpf.elf.KernelFacts;
import dev.sluice.bpf.relocation.KernelTypes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the running kernel tells of itself. Each of its files is read when it is first needed, which
 * takes up to a tenth of a second, and kept.
 */
public final class RunningKernel implements KernelFacts {
  /** The one that there is. */
  public static final RunningKernel FACTS = new RunningKernel();

  private static final Path TYPES = Path.of("/sys/kernel/btf/vmlinux");
  private static final Path SYMBOLS = Path.of("/proc/kallsyms");
  private static final Path CONFIGURATION = Path.of("/proc/config.gz");
  private static final int MOST = 255;

  private Optional<KernelTypes> types = Optional.empty();
  private boolean typesAreRead;
  private @Nullable Map<String, String> options;
  private @Nullable Map<String, Long> symbols;

  private RunningKernel() {}

  @Override
  public String name() {
    return "the running kernel";
  }

  @Override
  public synchronized Optional<KernelTypes> types() {
    if (!typesAreRead) {
      types = readTypes();
      typesAreRead = true;
    }
    return types;
  }

  private static Optional<KernelTypes> readTypes() {
    try {
      return Optional.of(new KernelTypes(Btf.parse(Files.readAllBytes(TYPES))));
    } catch (IOException | InvalidBtfException _) {
      return Optional.empty(); // it was built without CONFIG_DEBUG_INFO_BTF, or this is no Linux
    }
  }

  @Override
  public Optional<Integer> version() {
    String[] parts = release().split("[^0-9]+", -1);
    try {
      int patch = parts.length > 2 && !parts[2].isEmpty() ? Integer.parseInt(parts[2]) : 0;
      int version =
          Integer.parseInt(parts[0]) << 16
              | Integer.parseInt(parts[1]) << 8
              | Math.min(MOST, patch);
      return Optional.of(version);
    } catch (NumberFormatException | IndexOutOfBoundsException _) {
      return Optional.empty();
    }
  }

  private static String release() {
    return System.getProperty("os.version", "");
  }

  @Override
  public synchronized Optional<String> configuration(String option) {
    return switch (option) {
      case "LINUX_HAS_BPF_COOKIE" -> has("bpf_get_attach_cookie_trace");
      case "LINUX_HAS_SYSCALL_WRAPPER" ->
          has("__x64_sys_bpf", "__arm64_sys_bpf", "__riscv_sys_bpf");
      default -> {
        Map<String, String> known = options;
        if (known == null) {
          known = readOptions();
          options = known;
        }
        yield Optional.ofNullable(known.get(option));
      }
    };
  }

  /** Whether the kernel has one of some functions: 1 or 0, or nothing where it does not tell. */
  private Optional<String> has(String... functions) {
    Map<String, Long> known = symbols();
    if (known.isEmpty()) {
      return Optional.empty();
    }
    for (String function : functions) {
      if (known.containsKey(function)) {
        return Optional.of("y");
      }
    }
    return Optional.of("n");
  }

  private static Map<String, String> readOptions() {
    Path beside = Path.of("/boot/config-" + release());
    try (InputStream in =
            Files.exists(CONFIGURATION)
                ? new GZIPInputStream(Files.newInputStream(CONFIGURATION))
                : Files.newInputStream(beside);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      Map<String, String> found = new HashMap<>();
      String line;
      while ((line = reader.readLine()) != null) {
        int equals = line.indexOf('=');
        if (line.startsWith("CONFIG_") && equals > 0) {
          found.put(line.substring(0, equals), line.substring(equals + 1).strip());
        }
      }
      return found;
    } catch (IOException _) {
      return Map.of(); // it keeps its configuration to itself
    }
  }

  @Override
  public OptionalLong address(String symbol) {
    Long found = symbols().get(symbol);
    return found == null ? OptionalLong.empty() : OptionalLong.of(found);
  }

  private synchronized Map<String, Long> symbols() {
    Map<String, Long> known = symbols;
    if (known == null) {
      known = readSymbols();
      symbols = known;
    }
    return known;
  }

  /** Lines such as {@code ffffffff81000000 T _stext}, with the module behind those of modules. */
  private static Map<String, Long> readSymbols() {
    Map<String, Long> found = new HashMap<>();
    try (BufferedReader reader = Files.newBufferedReader(SYMBOLS)) {
      String line;
      while ((line = reader.readLine()) != null) {
        int space = line.indexOf(' ');
        int tab = line.indexOf('\t');
        if (space > 0 && line.length() > space + 3) {
          String name = line.substring(space + 3, tab < 0 ? line.length() : tab);
          found.putIfAbsent(name, Long.parseUnsignedLong(line.substring(0, space), 16));
        }
      }
    } catch (IOException | NumberFormatException _) {
      return Map.of();
    }
    return found;
  }
}
