package dev.sluice.engine.chain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTableTest {
  /** Returned number; what TCX, a direct-action filter and netkit make of it. */
  @ParameterizedTest
  @CsvSource({
    "-1, -1, -1, 0",
    "0, 0, 0, 0",
    "1, -1, -1, 2",
    "2, 2, 2, 2",
    "3, -1, -1, 2",
    "4, -1, 4, 2",
    "5, -1, -1, 2",
    "6, -1, -1, 2",
    "7, 7, 7, 7",
    "8, -1, 8, 2",
    "9, -1, -1, 2",
    "-2, -1, -1, 2",
    "2147483647, -1, -1, 2",
    "-2147483648, -1, -1, 2"
  })
  void eachHookHasItsOwnOpinion(int returned, int tcx, int directAction, int netkit) {
    assertThat(VerdictTable.tcx(returned)).isEqualTo(tcx);
    assertThat(VerdictTable.directAction(returned)).isEqualTo(directAction);
    assertThat(VerdictTable.netkit(returned)).isEqualTo(netkit);
  }
}
