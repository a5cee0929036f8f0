package dev.sluice.engine.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.chain.AttachOptions;
import dev.sluice.engine.skb.SocketBuffer;
import dev.sluice.engine.vm.Executable;
import dev.sluice.engine.vm.Execution;
import dev.sluice.engine.vm.Fault;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TcxHookTest {
  private final ChainFixture fixture = new ChainFixture();
  private final List<Integer> ran = new ArrayList<>();
  private final Execution execution = new Execution(new NoSurroundings());
  private final SocketBuffer packet = new SocketBuffer(64);

  private void attach(int number, int verdict) {
    attach(
        number,
        x -> {
          ran.add(number);
          return verdict;
        });
  }

  private void attach(int number, Executable executable) {
    fixture
        .chain()
        .attachProgram(
            fixture.program("p" + number, ProgramType.SCHED_CLS, executable),
            AttachOptions.DEFAULT);
  }

  private int run() {
    return fixture.ingress.run(execution, packet);
  }

  @Test
  void anEmptyChainGoesOn() {
    assertThat(run()).isEqualTo(-1);
    assertThat(fixture.ingress.isEmpty()).isTrue();
  }

  @Test
  void programsRunInOrderUntilOneDecides() {
    attach(1, -1);
    attach(2, 2);
    attach(3, 0);

    assertThat(run()).isEqualTo(2);
    assertThat(ran).containsExactly(1, 2);
    assertThat(fixture.ingress.isEmpty()).isFalse();
  }

  @Test
  void anOddNumberEndsTheChainAndGoesOnBehindIt() {
    attach(1, 4);
    attach(2, 2);

    assertThat(run()).isEqualTo(-1);
    assertThat(ran).containsExactly(1);
  }

  @Test
  void passingMakesTheChosenClassTheIndex() {
    attach(
        1,
        x -> {
          x.packet.tcClassId = 0x10;
          return -1;
        });
    attach(2, 0);
    assertThat(run()).isZero();
    assertThat(packet.tcIndex).isEqualTo(0x10);
  }

  @Test
  void theIndexStaysWhereTheChainDoesNotPass() {
    packet.tcIndex = 7;
    attach(
        1,
        x -> {
          x.packet.tcClassId = 0x10;
          return 5;
        });
    assertThat(run()).isEqualTo(-1);
    assertThat(packet.tcIndex).isEqualTo(7);
  }

  @Test
  void aClassOfAnEarlierHookIsForgotten() {
    packet.tcClassId = 9;
    attach(1, x -> x.packet.tcClassId == 0 ? 0 : 2);

    assertThat(run()).isZero();
    assertThat(packet.tcIndex).isZero();
  }

  @Test
  void aFaultIsTheCallersToHandle() {
    attach(
        1,
        _ -> {
          throw new Fault("access outside");
        });
    attach(2, 0);

    assertThat(catchThrowable(this::run)).isInstanceOf(Fault.class);
    assertThat(ran).isEmpty();
  }
}
