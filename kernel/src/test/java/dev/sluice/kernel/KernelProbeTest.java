package dev.sluice.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Capabilities;
import dev.sluice.datapath.Capabilities.Support;
import dev.sluice.datapath.Feature;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({Root.class, FdLeaks.class})
class KernelProbeTest {
  private static final Path CONFIGURATION = Path.of("/proc/config.gz");

  /** What switches features on in the kernel's configuration; others are part of one of these. */
  private static final Map<Feature, String> OPTIONS =
      Map.of(
          Feature.CLSACT, "CONFIG_NET_SCH_INGRESS",
          Feature.HTB, "CONFIG_NET_SCH_HTB",
          Feature.TBF, "CONFIG_NET_SCH_TBF",
          Feature.U32, "CONFIG_NET_CLS_U32",
          Feature.U32_MARK, "CONFIG_CLS_U32_MARK",
          Feature.CLS_BPF, "CONFIG_NET_CLS_BPF",
          Feature.MIRRED, "CONFIG_NET_ACT_MIRRED",
          Feature.GACT, "CONFIG_NET_ACT_GACT",
          Feature.NETKIT, "CONFIG_NETKIT",
          Feature.CGROUP_SKB, "CONFIG_CGROUP_BPF");

  @Test
  void findsWhatTheKernelWasBuiltWith() throws IOException {
    Assumptions.assumeTrue(Files.isReadable(CONFIGURATION), "needs " + CONFIGURATION);
    Set<String> options = options();
    Capabilities found = KernelProbe.probe();
    OPTIONS.forEach(
        (feature, option) ->
            assertThat(found.has(feature))
                .as(feature + ": " + found.of(feature))
                .isEqualTo(options.contains(option)));
  }

  private static Set<String> options() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(new FileInputStream(CONFIGURATION.toFile())),
                StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .filter(line -> line.endsWith("=y") || line.endsWith("=m"))
          .map(line -> line.substring(0, line.indexOf('=')))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void isSureOfEverythingAsRoot() {
    Capabilities found = KernelProbe.probe();
    for (Feature feature : Feature.values()) {
      assertThat(found.of(feature)).as(feature.title()).isNotInstanceOf(Support.Unknown.class);
    }
    assertThat(found.has(Feature.MAP_HASH)).isTrue();
    assertThat(found.has(Feature.TEST_RUN)).isTrue();
  }
}
