package dev.sluice.conformance.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.conformance.testbed.Await;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.engine.EngineDatapath;
import dev.sluice.engine.net.Host;
import dev.sluice.engine.net.Network;
import dev.sluice.engine.net.WireSpec;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on a TCX chain of the kernel and one of the engine: the same error numbers, and
 * behind each the same entries and revision. With an even seed the chains are nearly full from the
 * start. {@code -Dsluice.operations=NUMBER} says how many for each seed, {@code
 * -Dsluice.seed=NUMBER} runs one seed.
 */
@Tag("datapath.differences")
class ChainDifferenceTest {
  private static final int OPERATIONS = Integer.getInteger("sluice.operations", 250);

  static LongStream seeds() {
    Long chosen = Long.getLong("sluice.seed");
    return chosen != null
        ? LongStream.of(chosen)
        : LongStream.of(1, 2, ThreadLocalRandom.current().nextLong(1_000_000_000));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theEngineAnswersLikeTheKernel(long seed) {
    assumeTrue(new KernelTestbeds().unavailable().isEmpty(), "needs root");
    try (NetworkNamespace namespace = NetworkNamespace.create("chains");
        KernelDatapath kernel = KernelDatapath.open(namespace);
        Datapath engine = engine()) {
      Device device = kernel.kernelDevices().createVeth("v0", "v1", null);
      try (ChainSide ofKernel = new ChainSide(kernel, device);
          ChainSide ofEngine = new ChainSide(engine, engine.device("v0"))) {
        Run run = new Run(new Random(seed), ofKernel, ofEngine);
        if (seed % 2 == 0) {
          run.fill();
        }
        for (int i = 0; i < OPERATIONS; i++) {
          run.step("seed " + seed + ", operation " + i + ": ");
        }
      }
    }
  }

  private static Datapath engine() {
    Network network = new Network(1);
    Host host = network.addHost("host");
    network.connect(host, "v0", network.addHost("other"), "v1", WireSpec.VETH);
    return EngineDatapath.open(host);
  }

  /** Two chains that are told the same. */
  private static final class Run {
    private final Random random;
    private final ChainSide kernel;
    private final ChainSide engine;
    private final List<Integer> openLinks = new ArrayList<>();
    private int linksMade;
    private boolean clsact;

    /** How many programs are played with: few for collisions, all for full chains. */
    private int pool = 6;

    Run(Random random, ChainSide kernel, ChainSide engine) {
      this.random = random;
      this.kernel = kernel;
      this.engine = engine;
    }

    /** Attaches all but a few of the programs that fit. */
    void fill() {
      pool = ChainSide.PROGRAMS;
      for (int program = 0; program < 60; program++) {
        int each = program;
        does("fill", side -> side.attachBare(each, Anchor.tail(), 0));
      }
    }

    private int program() {
      return random.nextInt(40) == 0 ? ChainSide.PROGRAMS : random.nextInt(pool);
    }

    private int link() {
      return openLinks.get(random.nextInt(openLinks.size()));
    }

    private Function<ChainSide, Anchor> anchor() {
      int to = random.nextInt(5) % 4;
      boolean isLink = random.nextInt(3) == 0;
      int target =
          random.nextInt(15) == 0 ? -1 : isLink ? random.nextInt(linksMade + 1) : program();
      return side -> side.anchor(to, isLink, target);
    }

    /** Mostly none, often right, now and then stale. */
    private long revision() {
      return switch (random.nextInt(8)) {
        case 0, 1 -> engine.revision();
        case 2 -> 1 + random.nextLong(engine.revision() + 2);
        default -> 0;
      };
    }

    private String does(String what, Function<ChainSide, String> operation) {
      String answer = operation.apply(engine);
      assertThat(operation.apply(kernel)).as(what).isEqualTo(answer);
      return answer;
    }

    void step(String where) {
      if (pool < ChainSide.PROGRAMS && random.nextInt(200) == 0) {
        pool = ChainSide.PROGRAMS;
      }
      int program = program();
      int other = program();
      long revision = revision();
      Function<ChainSide, Anchor> anchor = anchor();
      String at = " at " + anchor.apply(engine) + ", revision " + revision;
      // A big pool is for full chains: there more comes than goes.
      int dice = random.nextInt(pool > 6 ? 110 : 100);
      if (dice < 14 || dice >= 105) {
        String what = where + "attach p" + program + " under a link" + at;
        if (does(what, side -> side.attach(program, anchor.apply(side), revision)).equals("done")) {
          openLinks.add(linksMade++);
        }
      } else if (dice < 26 || dice >= 100) {
        does(
            where + "attach p" + program + at,
            side -> side.attachBare(program, anchor.apply(side), revision));
      } else if (dice < 46) {
        does(
            where + "replace p" + program + " by p" + other + ", revision " + revision,
            side -> side.replace(program, other, revision));
      } else if (dice < 54) {
        does(
            where + "detach p" + program + ", revision " + revision,
            side -> side.detach(program, revision));
      } else if (dice < 62) {
        does(where + "detach" + at, side -> side.detachAt(anchor.apply(side), revision));
      } else if (dice < 97) {
        if (!openLinks.isEmpty()) {
          ofLink(where, link(), dice);
        }
      } else {
        clsact = !clsact;
        does(where + "clsact " + clsact, side -> side.clsact(clsact));
      }
      String state = engine.state();
      // A link that is closed may be held for a moment by who lists the machine's links.
      assertThat(Await.untilEquals(state, kernel::state)).as(where + "state").isEqualTo(state);
    }

    private void ofLink(String where, int link, int dice) {
      int program = program();
      int expected = random.nextInt(3) == 0 ? program() : -1;
      if (dice < 88) {
        does(
            where + "update l" + link + " to p" + program + " from " + expected,
            side -> side.update(link, program, expected));
        does(where + "info of l" + link, side -> side.info(link));
      } else if (dice < 91) {
        does(where + "detach l" + link, side -> side.detachLink(link));
        does(where + "info of l" + link, side -> side.info(link));
      } else {
        does(where + "close l" + link, side -> side.close(link));
        openLinks.remove(Integer.valueOf(link));
      }
    }
  }
}
