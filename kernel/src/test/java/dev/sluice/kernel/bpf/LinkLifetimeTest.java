package dev.sluice.kernel.bpf;

import static dev.sluice.kernel.bpf.TcxFixture.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.datapath.KernelRejected;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.datapath.chain.Link;
import dev.sluice.datapath.chain.LinkInfo;
import dev.sluice.datapath.program.Program;
import dev.sluice.kernel.Await;
import dev.sluice.kernel.ChildJvm;
import dev.sluice.kernel.FdLeaks;
import dev.sluice.kernel.Root;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How long attachments live: with their owner, with a pin, or for good. */
@ExtendWith({Root.class, FdLeaks.class})
class LinkLifetimeTest {
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

  private ChildJvm attaching(String how) throws Exception {
    return new ChildJvm(
        AttachingProcess.class,
        fixture.namespace.path().toString(),
        Integer.toString(fixture.device.index()),
        how);
  }

  private static int number(String line) {
    assertThat(line).startsWith("attached ");
    return Integer.parseInt(line.substring("attached ".length()));
  }

  @Test
  void aLinkDiesWithItsOwner() throws Exception {
    try (ChildJvm child = attaching("link")) {
      int linkId = number(child.line());
      assertThat(fixture.chain.query().indexOfLink(linkId)).hasValue(0);
      assertThat(fixture.datapath.links().holders(linkId).processes())
          .anyMatch(process -> process.pid() == child.pid());
      Program ours = fixture.program("ours");
      fixture.chain.attachProgram(ours, AttachOptions.DEFAULT);
      int childProgram = fixture.ids().getFirst();
      try (Program theirs = fixture.datapath.programs().open(childProgram)) {
        assertThatExceptionOfType(KernelRejected.class)
            .isThrownBy(() -> fixture.chain.detachProgram(theirs, 0))
            .withMessageContaining("link " + linkId + " owns this entry (held by ")
            .withMessageContaining("[" + child.pid() + "])");
      }
      child.kill();
      Await.until("the chain holds ours alone", () -> fixture.ids().equals(List.of(id(ours))));
      assertThatExceptionOfType(NotFound.class)
          .isThrownBy(() -> fixture.datapath.links().open(linkId).close());
      fixture.chain.detachProgram(ours, 0);
    }
  }

  @Test
  void aBareProgramOutlivesItsOwner() throws Exception {
    try (ChildJvm child = attaching("bare")) {
      int programId = number(child.line());
      child.kill();
      assertThat(fixture.ids()).containsExactly(programId);
      try (Program program = fixture.datapath.programs().open(programId)) {
        fixture.chain.detachProgram(program, 0);
      }
      assertThat(fixture.ids()).isEmpty();
    }
  }

  @Test
  void aPinnedLinkOutlivesItsOwner() throws Exception {
    try (BpfMount mount = new BpfMount()) {
      Path pin = mount.path().resolve("folder/link");
      try (ChildJvm child = attaching(pin.toString())) {
        int linkId = number(child.line());
        child.kill();
        assertThat(fixture.chain.query().indexOfLink(linkId)).hasValue(0);
        assertThat(fixture.datapath.links().holders(linkId).pins()).containsExactly(pin);
        try (Link link = fixture.datapath.links().openPinned(pin)) {
          LinkInfo info = link.info();
          assertThat(info.id()).isEqualTo(linkId);
          assertThat(info.type()).isEqualTo("tcx");
          assertThat(fixture.datapath.links().list()).contains(info);
          link.update(fixture.program("next"));
        }
        assertThat(fixture.ids()).hasSize(1);
        BpfFileSystem.unpin(pin);
        Await.until("the chain is empty", () -> fixture.ids().isEmpty());
      }
    }
  }
}
