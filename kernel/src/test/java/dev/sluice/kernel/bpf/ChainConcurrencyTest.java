package dev.sluice.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.ChainState;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.Root;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A chain that several threads read and change. */
@ExtendWith({Root.class, FdLeaks.class})
class ChainConcurrencyTest {
  private static final int ROUNDS = 60;

  private TcxFixture fixture;

  @BeforeEach
  void makeNamespace() {
    fixture = new TcxFixture();
  }

  @AfterEach
  void closeNamespace() {
    if (fixture != null) {
      fixture.close();
    }
  }

  private static void run(List<Callable<Void>> work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
      List<Future<Void>> futures = new ArrayList<>();
      work.forEach(one -> futures.add(threads.submit(one)));
      for (Future<Void> future : futures) {
        future.get();
      }
    }
  }

  @Test
  void isReadWholeWhileItChanges() throws Exception {
    List<Program> stay = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      stay.add(fixture.program("stay" + i));
      fixture.chain.attachProgram(stay.getLast(), AttachOptions.DEFAULT);
    }
    List<Integer> kept = stay.stream().map(TcxFixture::id).toList();
    Program one = fixture.program("one");
    Program two = fixture.program("two");
    run(
        List.of(
            () -> comeAndGo(one, Anchor.head()),
            () -> comeAndGo(two, Anchor.before(stay.get(1))),
            () -> readWhole(kept)));
    assertThat(fixture.ids()).isEqualTo(kept);
  }

  private Void comeAndGo(Program program, Anchor anchor) {
    for (int i = 0; i < ROUNDS; i++) {
      fixture.chain.attach(program, AttachOptions.at(anchor)).close();
    }
    return null;
  }

  private Void readWhole(List<Integer> kept) {
    for (int i = 0; i < ROUNDS; i++) {
      ChainState state = fixture.chain.query();
      List<Integer> ids = state.entries().stream().map(ChainEntry::programId).toList();
      assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
      assertThat(ids).containsSubsequence(kept);
    }
    return null;
  }

  @Test
  void anExpectedRevisionLetsOneOfManyThrough() throws Exception {
    List<Program> programs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      programs.add(fixture.program("p" + i));
    }
    AtomicInteger stale = new AtomicInteger();
    List<Callable<Void>> work = new ArrayList<>();
    List<Link> links = new ArrayList<>();
    for (Program program : programs) {
      work.add(
          () -> {
            while (true) {
              long revision = fixture.chain.query().revision();
              try {
                Link link =
                    fixture.chain.attach(program, AttachOptions.DEFAULT.expecting(revision));
                synchronized (links) {
                  links.add(link);
                }
                return null;
              } catch (KernelRejected e) {
                assertThat(e.is(Errno.ESTALE)).as(e.getMessage()).isTrue();
                stale.incrementAndGet();
              }
            }
          });
    }
    run(work);
    assertThat(fixture.ids()).hasSize(programs.size());
    assertThat(fixture.chain.query().revision()).isEqualTo(1 + programs.size());
    links.forEach(Link::close);
  }

  @Test
  void isTakenApartFromBothEnds() throws Exception {
    List<Program> programs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      programs.add(fixture.program("p" + i));
      fixture.chain.attachProgram(programs.getLast(), AttachOptions.DEFAULT);
    }
    run(
        List.of(
            () -> removeOutermost(Anchor.head(), 15), () -> removeOutermost(Anchor.tail(), 15)));
    assertThat(fixture.ids()).hasSize(10);
    assertThat(fixture.ids())
        .isEqualTo(programs.subList(15, 25).stream().map(TcxFixture::id).toList());
  }

  private Void removeOutermost(Anchor anchor, int times) {
    for (int i = 0; i < times; i++) {
      fixture.chain.detachAt(anchor, 0);
    }
    return null;
  }
}
