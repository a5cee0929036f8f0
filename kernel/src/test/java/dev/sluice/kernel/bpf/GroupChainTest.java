package dev.sluice.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.bpf.AttachType;
import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the kernel says at control groups that the suite cannot know: numbers, flags, folders. */
@ExtendWith({Root.class, FdLeaks.class})
class GroupChainTest {
  private TcxFixture fixture;
  private Path group;
  private Chain chain;

  @BeforeEach
  void open() throws IOException {
    fixture = new TcxFixture();
    List<Path> mounts = ControlGroup.mounts();
    assumeTrue(!mounts.isEmpty(), "no control groups of version 2 are mounted");
    group = mounts.getFirst().resolve("sluice-test-" + ProcessHandle.current().pid());
    Files.createDirectories(group.resolve("below"));
    chain = at(group);
  }

  @AfterEach
  void close() throws IOException {
    if (group != null) {
      Files.deleteIfExists(group.resolve("below"));
      Files.deleteIfExists(group);
    }
    if (fixture != null) { // null where the test was skipped
      fixture.close();
    }
  }

  private Chain at(Path path) {
    return fixture.datapath.chain(new AttachPoint.Cgroup(path, Direction.EGRESS));
  }

  private Program program(String name) {
    return fixture.program(name, ProgramType.CGROUP_SKB, 1);
  }

  private List<Integer> ids() {
    return chain.query().entries().stream().map(ChainEntry::programId).toList();
  }

  @Test
  void linksAreFoundThoughAQueryDoesNotTellThem() throws IOException {
    Program a = program("a");
    Program bare = program("bare");
    try (Link one = chain.attach(a);
        Link two = chain.attach(a)) {
      chain.attachProgram(bare, AttachOptions.at(Anchor.head()));

      assertThat(chain.query().revision()).isEqualTo(4);
      assertThat(chain.query().entries())
          .containsExactly(
              new ChainEntry(TcxFixture.id(bare), 0, ChainEntry.Place.NONE),
              new ChainEntry(TcxFixture.id(a), one.info().id(), ChainEntry.Place.NONE),
              new ChainEntry(TcxFixture.id(a), two.info().id(), ChainEntry.Place.NONE));
      assertThat(one.info().place())
          .isEqualTo(
              new LinkInfo.AtCgroup(
                  (long) Files.getAttribute(group, "unix:ino"), Direction.EGRESS));
      assertThat(one.info().type()).isEqualTo("cgroup");
    }
    chain.detachProgram(bare, 6);
    assertThat(ids()).isEmpty();
  }

  @Test
  void anAnchorThatNamesALinksProgramMeansTheLink() {
    Program a = program("a");
    Program b = program("b");
    Program c = program("c");
    try (Link _ = chain.attach(a);
        Link _ = chain.attach(b, AttachOptions.at(Anchor.before(a)));
        Link _ = chain.attach(c, AttachOptions.at(Anchor.after(b)))) {
      assertThat(ids()).isEqualTo(TcxFixture.idsOf(b, c, a));
      Program bare = program("bare");
      assertThatThrownBy(() -> chain.attachProgram(bare, AttachOptions.at(Anchor.before(a))))
          .isInstanceOf(KernelRejected.class)
          .hasMessageContaining("(EINVAL): at a control group a link goes beside links only");
    }
  }

  @Test
  void refusalsNameTheirRule() {
    Program a = program("a");
    chain.attachProgram(a, AttachOptions.DEFAULT);
    assertThatThrownBy(() -> chain.attachProgram(a, AttachOptions.DEFAULT))
        .hasMessageContaining("(EINVAL)")
        .hasMessageContaining("(a) is already in this chain at position 0, attached without");
    assertThatThrownBy(() -> chain.attach(fixture.program("tcx")))
        .hasMessageContaining("is of type sched_cls, and cgroup takes cgroup_skb");
    assertThatThrownBy(() -> chain.attach(program("b"), AttachOptions.DEFAULT.expecting(7)))
        .hasMessageContaining("(ESTALE): revision is 2, expected 7");
    chain.detachAt(Anchor.tail(), 2);
    assertThatThrownBy(() -> chain.detachProgram(a, 0))
        .hasMessageContaining("(ENOENT): the chain is empty");
    try (Link link = chain.attach(a)) {
      assertThatThrownBy(() -> chain.detachProgram(a, 0))
          .hasMessageContaining("(ENOENT): link " + link.info().id() + " owns this entry");
      assertThatThrownBy(() -> chain.detachAt(Anchor.head(), 0)).hasMessageContaining("(EBUSY)");
    }
  }

  @Test
  void sixtyFourProgramsAreMost() {
    for (int i = 0; i < 64; i++) {
      chain.attachProgram(program("p" + i), AttachOptions.DEFAULT);
    }
    assertThatThrownBy(() -> chain.attachProgram(program("more"), AttachOptions.DEFAULT))
        .hasMessageContaining("(E2BIG): the chain is full: 64 programs");
  }

  @Test
  void aProgramThatAllowsNoOthersIsNamed() {
    Program alone = program("alone");
    HookTarget place = new HookTarget.AtGroup(new AttachPoint.Cgroup(group, Direction.EGRESS));
    long result =
        place.with(
            folder ->
                BpfSyscall.programAttach(
                    KernelProgram.of(alone).fd(),
                    folder,
                    AttachType.CGROUP_INET_EGRESS.number(),
                    0,
                    0,
                    0,
                    0));
    assertThat(result).isZero();

    assertThatThrownBy(() -> chain.attach(program("other")))
        .isInstanceOfSatisfying(KernelRejected.class, e -> assertThat(e.is(Errno.EPERM)).isTrue())
        .hasMessageContaining("(alone) was attached to " + group)
        .hasMessageEndingWith("allows no other program there");
    assertThatThrownBy(() -> at(group.resolve("below")).attach(program("other")))
        .hasMessageEndingWith("allows no other program there or below");
  }

  @Test
  void aGroupThatGoesLeavesItsLinksDefunct() throws IOException {
    Path below = group.resolve("below");
    try (Link link = at(below).attach(program("a"))) {
      Files.delete(below);
      assertThatThrownBy(() -> at(below).query())
          .isInstanceOf(NotFound.class)
          .hasMessageContaining("there is no such folder; control groups, version 2, are below");
      // The kernel detaches behind the scenes, some moments later.
      long deadline = System.nanoTime() + 5_000_000_000L;
      while (!link.info().isDefunct() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(link.info().isDefunct()).isTrue();
      assertThatThrownBy(() -> link.update(program("b"))).hasMessageContaining("(ENOLINK)");
    }
  }

  @Test
  void foldersThatAreNoGroupsAreRefused() {
    assertThatThrownBy(() -> at(Path.of("/tmp")).query())
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("no such control group: /tmp: it is in a file system ");
  }
}
