package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalTest {
  private static final String CASES =
      """
      allocatesAnArray           | an array is allocated; use a record, or a static final array
      allocatesAnObject          | a Refused is allocated; only records may be made
      putsStringsTogether        | strings are not put together
      usesWhatIsAroundALambda    | the lambda uses what is around it; pass that as a parameter
      hashesARecord              | patterns, and records' hashCode; call a static method
      changesTheTypeOfAState     | a turn leaves something else than it got; must be of one type
      asksForAFunctionInATable   | a function is handed over that is not known here; write the lambda
      goesOnInALoop              | another program is gone on with in a turn of a Loop; do it behind
      mixesKinds                 | a variable holds things of different kinds; records of the same type may differ
      throwsAnException          | an exception is made; return a verdict
      loopsUntilTheDataSays      | the verifier cannot see that this loop ends; count its turns
      callsItself                | callsItself calls itself; write a loop
      writesAStaticField         | static field state is written; keep state in a map
      readsAFieldThatMayChange   | field state may change; make it final
      usesFractions              | there are no floating-point numbers in eBPF; use long
      callsACollection           | of java.util.List is called, which cannot be compiled; use a static final array
      writesAFieldThatIsReadOnly | field hash of the context is written; programs may only read it
      takesTooMuch               | its parameters are; a program takes an SkBuff, an XdpContext or a CgroupSkb
      writesThePacketOfAControlGroup | the packet is written; programs of a control group only read it; TCX program
      writesAFieldOfAControlGroup | field queueMapping of the context is written; write it with a TCX program
      tellsAControlGroupMoreThanItAsks | it returns 2; return CgroupSkb.DROP or CgroupSkb.ALLOW
      endsOtherwiseThanAControlGroupAsks | it returns 2; return CgroupSkb.DROP or CgroupSkb.ALLOW
      choosesAControlWord | the index of a control word is known only at run time; use 0 to 4
      writesASixthControlWord | there is no control word 5; use 0 to 4
      replacesThreeBytes | with size 3 and flags 0; the size is 2 or 4
      choosesFlags | the flags of a checksum are known only; use PSEUDO_HEADER
      asksWhereTheJvmSentIt | the context's redirectedTo is not for programs
      catchesExceptions          | exceptions are caught, or something is done finally; let the program end
      comparesBoxes              | == asks whether two numbers are the same object; one.intValue() == other
      takesWhatIsFoundOrANumber  | a variable holds things of different kinds; compare what a table gives with null first
      holdsALock                 | there is no synchronization; use atomic updates of a Cell
      writesAnArray              | an array is written; keep what changes in a Table
      asksAString                | length of java.lang.String is called; use numbers or an enum in place of strings
      isBadlyNamed               | its name is 'a b'; a name has 1 to 15 of A-Z, a-z, 0-9, '_' and '.'
      keepsTooMuchOnTheStack     | of the stack, which has 512; make records smaller, or keep values in a map
      """;

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = CASES)
  void whatCannotBeCompiledIsRefusedWithItsLine(String name, String words) throws Exception {
    Method method = method(name);
    assertThatThrownBy(() -> ProgramCompiler.compile(method))
        .isInstanceOf(CompilationException.class)
        .hasMessageMatching("(?s)Refused\\.java:\\d+: in Refused\\S*\\.(hashCode|" + name + "): .*")
        .satisfies(
            refusal -> {
              for (String part : words.split(";", -1)) {
                assertThat(refusal).hasMessageContaining(part.strip());
              }
            });
  }

  @Test
  void everyRefusedMethodIsTried() {
    Set<String> tried =
        CASES.lines().map(line -> line.substring(0, line.indexOf(' '))).collect(Collectors.toSet());
    assertThat(ProgramCompiler.programsOf(Refused.class))
        .extracting(Method::getName)
        .containsExactlyInAnyOrderElementsOf(tried);
  }

  private static Method method(String name) {
    return ProgramCompiler.programsOf(Refused.class).stream()
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
