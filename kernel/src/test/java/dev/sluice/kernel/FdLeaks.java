package dev.sluice.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.kernel.syscall.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves more file descriptors open than it found: those that {@link Fd} owns,
 * and in {@code /proc/self/fd} those of sockets, namespaces and BPF objects. Files and pipes are
 * left out, since the JVM opens its archives and closes pipes to other processes when it likes.
 *
 * <p>What a test opens before each test and closes after it does not count against it, if that is
 * declared after this extension.
 */
public final class FdLeaks implements BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace STORE =
      ExtensionContext.Namespace.create(FdLeaks.class);

  private record Open(int owned, Map<String, Integer> descriptors) {}

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(STORE).put("open", new Open(Fd.openCount(), descriptors()));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Open before = Objects.requireNonNull(context.getStore(STORE).remove("open", Open.class));
    assertThat(Fd.openCount()).as("descriptors that Fd owns").isEqualTo(before.owned());
    assertThat(descriptors()).as("open descriptors").isEqualTo(before.descriptors());
  }

  /** How many descriptors there are of each kind of thing. */
  private static Map<String, Integer> descriptors() {
    Map<String, Integer> kinds = new TreeMap<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : all) {
        String kind = kindOf(descriptor);
        if (!kind.isEmpty()) {
          kinds.merge(kind, 1, Integer::sum);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kinds;
  }

  /** What a descriptor is of; empty for what does not count, and for one that is closed again. */
  private static String kindOf(Path descriptor) throws IOException {
    String target;
    try {
      target = Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      return "";
    }
    int colon = target.indexOf(':');
    if (target.startsWith("/") || target.startsWith("pipe:") || colon < 0) {
      return "";
    }
    return target.startsWith("anon_inode") ? target : target.substring(0, colon);
  }
}
