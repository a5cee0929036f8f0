package dev.sluice.engine.filter;

import static dev.sluice.engine.chain.ChainFixture.refused;
import static dev.sluice.engine.filter.FilterFixture.IPV4;
import static dev.sluice.engine.filter.FilterFixture.ONE;
import static dev.sluice.engine.filter.FilterFixture.gact;
import static dev.sluice.engine.filter.FilterFixture.packet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.bpf.ProgramType;
import dev.sluice.datapath.Errno;
import dev.sluice.datapath.Handle;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.tc.Action;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.BpfFilter.Classic.Instruction;
import dev.sluice.datapath.tc.Change.Verb;
import dev.sluice.datapath.tc.Filter;
import dev.sluice.datapath.tc.FilterEntry;
import dev.sluice.engine.chain.ChainFixture;
import dev.sluice.engine.sched.Classifier;
import dev.sluice.engine.vm.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BpfListTest {
  private final FilterFixture fixture = new FilterFixture(ONE);

  private static BpfFilter withFlags(BpfFilter of, int flags) {
    return new BpfFilter(of.source(), of.directAction(), of.classId(), flags, of.actions());
  }

  private static BpfFilter classic(Handle classId) {
    return new BpfFilter(
        new BpfFilter.Classic(List.of(new Instruction(6, 0, 0, -1))), false, classId, 0, List.of());
  }

  private ChainFixture.Handle program(int verdict) {
    return fixture.chains.program("p", verdict);
  }

  /** What a program of a direct-action filter returns, and what comes of the packet. */
  @ParameterizedTest
  @CsvSource({"-1, -1", "0, 0", "1, -1", "2, 2", "3, -1", "4, 4", "5, -1", "6, -1", "7, 7", "8, 8"})
  void directActionIsTheVerdict(int returned, int verdict) {
    fixture.add(1, fixture.returning(returned));

    assertThat(fixture.classify()).isEqualTo(verdict);
    assertThat(fixture.taken.consumed).hasSize(verdict == 4 || verdict == 8 ? 1 : 0);
  }

  @Test
  void theNewestIsAskedFirst() {
    fixture.add(1, fixture.returning(0));
    fixture.add(1, fixture.returning(2));
    assertThat(fixture.classify()).isEqualTo(2);
    fixture.add(1, fixture.returning(-1));
    assertThat(fixture.classify()).isEqualTo(2);

    assertThat(fixture.entries()).extracting(FilterEntry::handle).containsExactly(0, 3, 2, 1);
  }

  @Test
  void directActionMayChooseAClassOfTheFiltersQdisc() {
    var program =
        fixture.chains.program(
            "choose",
            ProgramType.SCHED_CLS,
            x -> {
              x.packet.tcClassId = x.packet.tcClassId == 0x10 ? 0x22 : 0;
              return 0;
            });
    fixture.add(
        1,
        new BpfFilter(
            new BpfFilter.Attached(program, "n"), true, Handle.of(1, 0x10), 0, List.of()));

    assertThat(fixture.classify()).isZero();
    assertThat(fixture.found.classId).isEqualTo(0x10022);
  }

  @Test
  void withoutDirectActionTheResultIsAClass() {
    fixture.add(1, fixture.choosing(0, Handle.of(1, 1)));
    assertThat(fixture.classify()).isEqualTo(Classifier.NO_MATCH);
    fixture.add(2, fixture.choosing(-1, Handle.of(1, 2)));
    assertThat(fixture.classify()).isZero();
    assertThat(fixture.found.classId).isEqualTo(0x10002);
    fixture.delete(2, 0, "bpf");
    fixture.add(2, fixture.choosing(0x10003, Handle.of(1, 2)));

    assertThat(fixture.classify()).isZero();
    assertThat(fixture.found.classId).isEqualTo(0x10003);
  }

  @Test
  void withoutDirectActionTheActionsDecide() {
    fixture.add(1, fixture.choosing(-1, null, gact(Action.Control.DROP)));
    assertThat(fixture.classify()).isEqualTo(2);
    fixture.add(1, fixture.choosing(-1, null, gact(Action.Control.CONTINUE)));

    assertThat(fixture.classify()).isEqualTo(2);
    assertThat(fixture.acting().actionStates().getFirst().statistics().packets()).isEqualTo(1);
  }

  @Test
  void aFilterHoldsItsProgram() {
    var old = program(0);
    var replacement = program(2);
    fixture.add(1, BpfFilter.directAction(old, "n"));
    old.close();
    assertThat(old.program.isAlive()).isTrue();
    fixture.apply(
        fixture.change(Verb.REPLACE, 1, IPV4, 1, "bpf", BpfFilter.directAction(replacement, "n")));
    replacement.close();
    assertThat(old.program.isAlive()).isFalse();
    assertThat(fixture.classify()).isEqualTo(2);
    fixture.delete(1, 1, "bpf");

    assertThat(replacement.program.isAlive()).isFalse();
    assertThat(fixture.entries()).isEmpty();
  }

  @Test
  void readsBackTheProgramItHolds() {
    var program = program(0);
    fixture.add(1, BpfFilter.directAction(program, "file.o:[tc]"));

    assertThat(fixture.entries().getLast().filter())
        .isEqualTo(
            new BpfFilter(
                new BpfFilter.Installed(program.info().id(), program.info().tag(), "file.o:[tc]"),
                true,
                null,
                Filter.NOT_IN_HARDWARE,
                List.of()));
  }

  @Test
  void aClassicProgramIsReadBackWhole() {
    fixture.add(1, classic(Handle.of(1, 1)));

    assertThat(fixture.classify()).isZero();
    assertThat(fixture.found.classId).isEqualTo(0x10001);
    assertThat(fixture.entries().getLast().filter())
        .isEqualTo(withFlags(classic(Handle.of(1, 1)), Filter.NOT_IN_HARDWARE));
  }

  @Test
  void onlyClassifiersAreTaken() {
    var xdp = fixture.chains.program("xdp", ProgramType.XDP, _ -> 2);

    assertThat(refused(Errno.EINVAL, () -> fixture.add(1, BpfFilter.directAction(xdp, "n"))).rule())
        .isEqualTo("the program must be of type sched_cls");
    assertThat(fixture.entries()).isEmpty();
    assertThat(xdp.program.references()).isEqualTo(1);
  }

  @Test
  void whatAListingTellsCannotBeAttached() {
    BpfFilter installed =
        new BpfFilter(new BpfFilter.Installed(1, "", ""), true, null, 0, List.of());
    assertThatExceptionOfType(InvalidInput.class).isThrownBy(() -> fixture.add(1, installed));
    refused(Errno.EINVAL, () -> fixture.apply(fixture.change(Verb.ADD, 1, IPV4, 0, "bpf", null)));
  }

  @Test
  void nothingGoesIntoHardware() {
    refused(
        Errno.EOPNOTSUPP,
        () -> fixture.add(1, withFlags(classic(Handle.of(1, 1)), Filter.SKIP_SOFTWARE)));
    refused(Errno.EINVAL, () -> fixture.add(1, withFlags(classic(Handle.of(1, 1)), 3)));
    fixture.add(1, withFlags(classic(Handle.of(1, 1)), Filter.SKIP_HARDWARE));
    assertThat(
            refused(
                    Errno.EINVAL,
                    () ->
                        fixture.apply(
                            fixture.change(
                                Verb.REPLACE, 1, IPV4, 1, "bpf", classic(Handle.of(1, 2)))))
                .rule())
        .isEqualTo("a filter does not change whether it is for hardware");
    assertThat(fixture.binder.filters).containsOnlyKeys(0x10001);
  }

  @Test
  void aFaultIsTheCallersToHandle() {
    var faulty =
        fixture.chains.program(
            "faulty",
            ProgramType.SCHED_CLS,
            _ -> {
              throw new Fault("access outside");
            });
    fixture.add(1, BpfFilter.directAction(faulty, "n"));

    assertThat(catchThrowable(() -> fixture.classify(packet()))).isInstanceOf(Fault.class);
    assertThat(fixture.taken.consumed).isEmpty();
  }
}
