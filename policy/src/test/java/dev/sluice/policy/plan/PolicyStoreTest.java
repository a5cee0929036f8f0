package dev.sluice.policy.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.program.BpfMap;
import dev.sluice.datapath.program.Maps;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.object.PinTable;
import dev.sluice.kernel.Root;
import dev.sluice.kernel.bpf.BpfFileSystem;
import dev.sluice.kernel.bpf.KernelMaps;
import dev.sluice.policy.address.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

class PolicyStoreTest {
  /** Of several chunks, also when it is packed. */
  private static final String LONG_TEXT =
      new Random(1)
              .ints(40_000, 'a', 'z')
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          + "é";

  /** What every datapath's maps must keep. */
  abstract static class Cases {
    abstract Maps maps();

    abstract StatePins pins();

    abstract Path path();

    abstract boolean isPinned();

    PolicyStore open() {
      return PolicyStore.open(maps(), pins(), path());
    }

    @Test
    void nothingIsMadeBeforeSomethingIsKept() {
      try (PolicyStore store = open()) {
        assertThat(store.policies()).isEmpty();
        assertThat(store.intent()).isNull();
        store.remove("web");
        store.done();
      }
      assertThat(isPinned()).isFalse();
    }

    @Test
    void keepsPoliciesForWhoeverOpensItNext() {
      Applied web =
          new Applied(
              LONG_TEXT,
              new TreeMap<>(Map.of("eth0/a b", 16, "eth0/c", 17)),
              new TreeMap<>(
                  Map.of("known", List.of(Prefix.four(0x0a000000, 8), Prefix.six(1L << 63, 0, 9)))),
              new TreeMap<>(
                  Map.of(
                      "default/web",
                      new Surroundings.Binding("veth1", List.of(Prefix.four(1, 32))))));
      try (PolicyStore store = open()) {
        store.put("web", web);
        store.put("empty", Applied.of(""));
      }
      try (PolicyStore store = open()) {
        assertThat(store.policies())
            .containsOnly(Map.entry("web", web), Map.entry("empty", Applied.of("")));
        store.put("web", Applied.of("short"));
        store.put("web", Applied.of("shorter"));
        assertThat(store.policies().get("web")).isEqualTo(Applied.of("shorter"));
      }
    }

    @Test
    void goesWithTheLastPolicy() {
      try (PolicyStore store = open()) {
        store.begin("web, mail");
        store.put("web", Applied.of("a"));
        store.put("mail", Applied.of("b"));
        store.done();
        store.remove("web");
        assertThat(isPinned()).isTrue();
        store.remove("mail");
        assertThat(isPinned()).isFalse();
        store.put("again", Applied.of("c"));
        assertThat(isPinned()).isTrue();
        store.remove("again");
      }
      assertThat(isPinned()).isFalse();
    }

    @Test
    void whoIsCutOffLeavesAnIntent() {
      try (PolicyStore store = open()) {
        store.begin("web");
      }
      try (PolicyStore store = open()) {
        assertThat(store.intent()).extracting(Intent::what).isEqualTo("web");
        store.done();
        assertThat(store.intent()).isNull();
      }
      assertThat(isPinned()).isFalse();
    }

    @Test
    void aTextThatWasWrittenInPartLeavesTheOldOne() {
      try (PolicyStore store = open()) {
        store.put("web", Applied.of(LONG_TEXT));
      }
      try (BpfMap map = maps().openPinned(path())) {
        // The other slot, without its header: the writer was killed behind its first chunk.
        map.update(SlottedTexts.key((byte) 2, (byte) 1, 0, "web"), new byte[4096]);
        map.update(SlottedTexts.key((byte) 2, (byte) 1, 9, "web"), new byte[4096]);
      }
      try (PolicyStore store = open()) {
        assertThat(store.policies().get("web")).isEqualTo(Applied.of(LONG_TEXT));
        store.put("web", Applied.of("new"));
        assertThat(store.policies().get("web")).isEqualTo(Applied.of("new"));
        store.remove("web");
      }
      assertThat(isPinned()).isFalse();
    }

    @Test
    void aDamagedTextIsNotTakenForWhatWasApplied() {
      try (PolicyStore store = open()) {
        store.put("web", Applied.of(LONG_TEXT));
        try (BpfMap map = maps().openPinned(path())) {
          map.update(SlottedTexts.key((byte) 2, (byte) 0, 1, "web"), new byte[4096]);
        }
        assertThatThrownBy(store::policies)
            .isInstanceOf(InvalidInput.class)
            .hasMessageContaining("policy web is damaged");
        store.put("web", Applied.of("whole"));
        assertThat(store.policies().get("web")).isEqualTo(Applied.of("whole"));
      }
    }
  }

  @Nested
  class InTheEngine extends Cases {
    private final Network network = new Network(1);
    private final EngineDatapath datapath = EngineDatapath.open(network.addHost("host"));

    @Override
    Maps maps() {
      return datapath.maps();
    }

    @Override
    StatePins pins() {
      PinTable table = network.machine().pins();
      return new StatePins() {
        @Override
        public Path table(int program, String map) {
          throw new AssertionError("no programs here");
        }

        @Override
        public void prepare(Path pin) {}

        @Override
        public void remove(Path pin) {
          table.unpin(pin);
        }

        @Override
        public List<Path> list(Path folder) {
          return List.of();
        }
      };
    }

    @Override
    Path path() {
      return Path.of("/sys/fs/bpf/sluice/policies/1/state");
    }

    @Override
    boolean isPinned() {
      try (BpfMap map = maps().openPinned(path())) {
        return map.info().id() != 0;
      } catch (NotFound e) {
        return false;
      }
    }
  }

  @Nested
  @ExtendWith(Root.class)
  class InTheKernel extends Cases {
    private final KernelMaps maps = new KernelMaps();
    private Path folder;

    @BeforeEach
    void choose() {
      folder = BpfFileSystem.DEFAULT.resolve("sluice-test-" + UUID.randomUUID());
    }

    @AfterEach
    void clean() throws IOException {
      Files.deleteIfExists(BpfFileSystem.resolve(path()));
      Files.deleteIfExists(BpfFileSystem.resolve(folder));
    }

    @Override
    Maps maps() {
      return maps;
    }

    @Override
    StatePins pins() {
      return new StatePins() {
        @Override
        public Path table(int program, String map) {
          throw new AssertionError("no programs here");
        }

        @Override
        public void prepare(Path pin) {
          BpfFileSystem.prepare(pin);
        }

        @Override
        public void remove(Path pin) {
          BpfFileSystem.unpin(pin);
        }

        @Override
        public List<Path> list(Path folder) {
          return List.of();
        }
      };
    }

    @Override
    Path path() {
      return folder.resolve("state");
    }

    @Override
    boolean isPinned() {
      return Files.exists(BpfFileSystem.resolve(path()));
    }
  }
}
