package dev.sluice.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.bpf.AssemblyParser;
import dev.sluice.bpf.AttachType;
import dev.sluice.bpf.CodeBuilder;
import dev.sluice.bpf.ProgramSpec;
import dev.sluice.bpf.ProgramType;
import dev.sluice.bpf.Register;
import dev.sluice.conformance.testbed.Await;
import dev.sluice.conformance.testbed.GroupSocket;
import dev.sluice.conformance.testbed.Needs;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Feature;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.Anchor;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.AttachPoint;
import dev.sluice.datapath.chain.Chain;
import dev.sluice.datapath.chain.ChainEntry;
import dev.sluice.datapath.chain.Direction;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.chain.Verdict;
import dev.sluice.datapath.program.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The programs of control groups: their order, which has rules of its own, and what they do. */
@Needs({Feature.CGROUP_SKB, Feature.CGROUP_ORDER})
public abstract class GroupPrograms extends Suite {
  private static final int DROP = 0;
  private static final int PASS = 1;
  private static final int MOST = 64;

  private Path group;
  private Chain chain;

  @BeforeEach
  void addGroup() {
    group = testbed().addGroup("shop");
    chain = at(group, Direction.EGRESS);
  }

  private Chain at(Path path, Direction direction) {
    return datapath().chain(new AttachPoint.Cgroup(path, direction));
  }

  private Program program(int number) {
    return load(TracingProgram.ofGroup(number, PASS));
  }

  private static int id(Program program) {
    return program.info().id();
  }

  private List<Integer> ids() {
    return chain.query().entries().stream().map(ChainEntry::programId).toList();
  }

  private static ChainEntry entry(Program program, int link) {
    return new ChainEntry(id(program), link, ChainEntry.Place.NONE);
  }

  @Test
  void linksAndBareProgramsShareAChain() {
    Program a = program(1);
    Program bare = program(2);
    Link one = closing(chain.attach(a));
    Link two = closing(chain.attach(a));
    chain.attachProgram(bare, AttachOptions.at(Anchor.head()));

    assertThat(chain.query().revision()).isEqualTo(4);
    assertThat(chain.query().entries())
        .containsExactly(entry(bare, 0), entry(a, one.info().id()), entry(a, two.info().id()));
    assertThat(one.info().type()).isEqualTo("cgroup");
    assertThat(one.info().place()).isInstanceOf(LinkInfo.AtCgroup.class);
    assertThat(one.info().place()).isEqualTo(two.info().place());
    assertThat(one.info().direction()).isEqualTo(Direction.EGRESS);
    assertThat(at(group, Direction.INGRESS).query().entries()).isEmpty();
    release(chain, one);
    assertThat(chain.query().revision()).isEqualTo(5);
    refused(Errno.ESTALE, () -> chain.detachProgram(bare, 4));
    chain.detachProgram(bare, 5);
    assertThat(chain.query().entries()).containsExactly(entry(a, two.info().id()));
  }

  @Test
  void anAnchorNamesOneOfTheSameKind() {
    Program a = program(1);
    Program b = program(2);
    Program c = program(3);
    Link atA = closing(chain.attach(a));
    closing(chain.attach(b, AttachOptions.at(Anchor.before(a))));
    closing(chain.attach(c, AttachOptions.at(Anchor.after(b))));
    assertThat(ids()).containsExactly(id(b), id(c), id(a));

    Program bare = program(4);
    refused(Errno.EINVAL, () -> chain.attachProgram(bare, AttachOptions.at(Anchor.before(a))));
    refused(Errno.EINVAL, () -> chain.attachProgram(bare, AttachOptions.at(Anchor.after(atA))));
    chain.attachProgram(bare, AttachOptions.DEFAULT);
    refused(Errno.EINVAL, () -> chain.attach(program(5), AttachOptions.at(Anchor.before(bare))));
    Program second = program(6);
    chain.attachProgram(second, AttachOptions.at(Anchor.before(bare)));
    assertThat(ids()).containsExactly(id(b), id(c), id(a), id(second), id(bare));
    Program absent = program(7);
    refused(
        Errno.ENOENT, () -> chain.attachProgram(absent, AttachOptions.at(Anchor.after(absent))));
    refused(
        Errno.ENOENT,
        () ->
            chain.attach(
                absent, AttachOptions.at(new Anchor.Before(new Anchor.LinkId(1_999_999_999)))));
  }

  @Test
  void refusalsComeInTheKernelsOrder() {
    Program a = program(1);
    chain.attachProgram(a, AttachOptions.DEFAULT);
    refused(Errno.EINVAL, () -> chain.attachProgram(a, AttachOptions.DEFAULT));
    refused(Errno.ESTALE, () -> chain.attachProgram(a, AttachOptions.DEFAULT.expecting(7)));
    refused(Errno.EINVAL, () -> chain.attach(program(2, Verdict.NEXT.number())));
    chain.detachAt(Anchor.tail(), 2);
    refused(Errno.ENOENT, () -> chain.detachProgram(a, 0));
    Link link = closing(chain.attach(a));
    refused(Errno.ENOENT, () -> chain.detachProgram(a, 0));
    refused(Errno.EBUSY, () -> chain.detachAt(Anchor.head(), 0));
    refused(Errno.ENOENT, () -> chain.replaceProgram(a, program(3), 0));
    // A program under a link may come bare, too.
    chain.attachProgram(a, AttachOptions.DEFAULT);
    assertThat(chain.query().entries()).containsExactly(entry(a, link.info().id()), entry(a, 0));
  }

  @Test
  void programsAndLinksAreReplacedInPlace() {
    Program a = program(1);
    Program b = program(2);
    chain.attachProgram(a, AttachOptions.DEFAULT);
    chain.attachProgram(b, AttachOptions.DEFAULT);
    Link link = closing(chain.attach(a));
    long revision = chain.query().revision();
    refused(Errno.EINVAL, () -> chain.replaceProgram(a, b, 0));
    Program c = program(3);
    chain.replaceProgram(a, c, revision);
    refused(Errno.EPERM, () -> link.update(b, b));
    Program d = program(5);
    link.update(d, a);

    assertThat(chain.query().entries())
        .containsExactly(entry(c, 0), entry(b, 0), entry(d, link.info().id()));
    assertThat(chain.query().revision()).isEqualTo(revision + 2);
    link.update(d);
    assertThat(chain.query().revision()).as("after nothing changed").isEqualTo(revision + 3);
    // Elsewhere a program is in a chain once; here a link may get one that is there.
    link.update(b);
    refused(Errno.EINVAL, () -> link.update(program(4, Verdict.NEXT.number())));
    link.detach();
    assertThat(link.info().isDefunct()).isTrue();
    refused(Errno.ENOLINK, () -> link.update(c));
  }

  @Test
  void sixtyFourProgramsAreMost() {
    List<Program> programs = new ArrayList<>();
    for (int i = 1; i <= MOST; i++) {
      programs.add(program(i));
      chain.attachProgram(programs.getLast(), AttachOptions.DEFAULT);
    }
    Program more = program(MOST + 1);
    refused(Errno.E2BIG, () -> chain.attachProgram(more, AttachOptions.DEFAULT));
    refused(Errno.E2BIG, () -> chain.attach(more));
    refused(Errno.E2BIG, () -> chain.replaceProgram(programs.getFirst(), more, 0));
  }

  @Test
  void aGroupThatGoesLeavesItsLinksDefunct() {
    Path below = testbed().addGroup("shop/till");
    Chain there = at(below, Direction.INGRESS);
    Link link = closing(there.attach(program(1)));
    testbed().removeGroup(below);

    // The kernel detaches behind the scenes, some moments later.
    assertThat(Await.until(link::info, LinkInfo::isDefunct).isDefunct()).isTrue();
    assertThat(link.info().direction()).isEqualTo(Direction.INGRESS);
    refused(Errno.ENOLINK, () -> link.update(program(2)));
    assertThatExceptionOfType(NotFound.class).isThrownBy(there::query);
  }

  /** What arrives at a socket of the right host, of what one of the left host's group sends. */
  private List<String> exchange(GroupSocket from, GroupSocket to, String text) {
    trace().take();
    int before = to.received().size();
    from.send(text);
    testbed().settle();
    List<String> all = to.received();
    return all.subList(before, all.size());
  }

  @Test
  void allProgramsSeeWhatSocketsOfTheGroupSendAndOneIsEnoughToDropIt() {
    Path outside = testbed().addGroup("other");
    GroupSocket far = closing(testbed().right().socket(outside));
    GroupSocket near = closing(testbed().left().socket(group));
    assertThat(exchange(near, far, "none")).containsExactly("none");

    Link first = closing(chain.attach(program(1)));
    closing(chain.attach(program(2)));
    assertThat(exchange(near, far, "pass")).containsExactly("pass");
    assertThat(trace().take()).containsExactly(1, 2);

    first.update(load(TracingProgram.ofGroup(3, DROP)));
    assertThat(exchange(near, far, "drop")).isEmpty();
    assertThat(trace().take()).containsExactly(3, 2);
    // 2 and 3 ask the sender to slow down, besides.
    release(chain, first);
    Link slowing = closing(chain.attach(slowing(2)));
    assertThat(exchange(near, far, "drop and slow down")).isEmpty();
    slowing.update(slowing(3));
    assertThat(exchange(near, far, "slow down")).containsExactly("slow down");
    trace().take();

    // What comes from elsewhere is not theirs.
    assertThat(exchange(far, near, "from outside")).containsExactly("from outside");
    assertThat(trace().take()).isEmpty();
  }

  /** A program that may return 2 and 3, too: it is for what is sent. */
  private Program slowing(int returned) {
    ProgramSpec spec =
        ProgramSpec.of(
                "slow",
                ProgramType.CGROUP_SKB,
                "GPL",
                CodeBuilder.create().move(Register.R0, returned).exit().build())
            .withExpectedAttachType(AttachType.CGROUP_INET_EGRESS);
    return closing(datapath().programs().load(spec, Map.of()));
  }

  @Test
  void whatSocketsOfTheGroupReceiveIsJudgedBeforeTheyGetIt() {
    Path outside = testbed().addGroup("other");
    GroupSocket far = closing(testbed().right().socket(outside));
    GroupSocket near = closing(testbed().left().socket(group));
    Link link = closing(at(group, Direction.INGRESS).attach(program(1)));
    assertThat(exchange(far, near, "pass")).containsExactly("pass");
    assertThat(trace().take()).containsExactly(1);
    link.update(load(TracingProgram.ofGroup(2, DROP)));
    assertThat(exchange(far, near, "drop")).isEmpty();
    assertThat(trace().take()).containsExactly(2);
    assertThat(exchange(near, far, "out")).containsExactly("out");
  }

  @Test
  void programsOfTheGroupsAboveRunBehindItsOwn() {
    Path till = testbed().addGroup("shop/till");
    Path outside = testbed().addGroup("other");
    GroupSocket far = closing(testbed().right().socket(outside));
    GroupSocket near = closing(testbed().left().socket(till));
    Link above = closing(chain.attach(program(1)));
    closing(at(till, Direction.EGRESS).attach(load(TracingProgram.ofGroup(2, DROP))));

    assertThat(exchange(near, far, "own drops")).isEmpty();
    assertThat(trace().take()).containsExactly(2, 1);
    release(at(till, Direction.EGRESS), firstLink(till));
    assertThat(exchange(near, far, "passes")).containsExactly("passes");
    assertThat(trace().take()).containsExactly(1);
    above.update(load(TracingProgram.ofGroup(3, DROP)));
    assertThat(exchange(near, far, "above drops")).isEmpty();
  }

  private Link firstLink(Path of) {
    Link link =
        datapath().links().open(at(of, Direction.EGRESS).query().entries().getFirst().linkId());
    link.detach();
    return link;
  }

  @Test
  void aPacketBeginsAtItsNetworkHeader() {
    Path outside = testbed().addGroup("other");
    GroupSocket far = closing(testbed().right().socket(outside));
    GroupSocket near = closing(testbed().left().socket(group));
    // 20 bytes of IPv4, 8 of UDP and 4 of text.
    Program judge =
        closing(
                datapath()
                    .programs()
                    .load(
                        AssemblyParser.parse(
                            "length",
                            """
                            .license GPL
                            .program length cgroup_skb
                              r2 = *(u32 *)(r1 + 0)
                              r0 = 1
                              if r2 == 32 goto end
                              r0 = 0
                            end:
                              exit
                            """)))
            .program("length");
    closing(chain.attach(judge));
    assertThat(exchange(near, far, "four")).containsExactly("four");
    assertThat(exchange(near, far, "sixsix")).isEmpty();
  }
}
