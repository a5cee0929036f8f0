package dev.sluice.bpf;

import static dev.sluice.bpf.Register.R0;
import static dev.sluice.bpf.Register.R1;
import static dev.sluice.bpf.Register.R2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

class CodeBuilderTest {
  private final CodeBuilder b = CodeBuilder.create();

  @Test
  void resolvesLabelsInBothDirections() {
    Label loop = b.newLabel("loop");
    Label done = b.newLabel("done");
    b.move(R0, 0)
        .bind(loop)
        .loadMap(R2, "rules")
        .branch(Condition.EQUAL, R1, 3, done)
        .operate(ArithmeticOperator.ADD, R1, 1)
        .jump(loop)
        .bind(done)
        .exit();
    assertThat(Disassembler.dump(b.build().instructions()))
        .isEqualTo(
            """
               0: (b7) r0 = 0
               1: (18) r2 = map[name:rules]
               3: (15) if r1 == 0x3 goto pc+2
               4: (07) r1 += 1
               5: (05) goto pc-5
               6: (95) exit
            """);
  }

  @Test
  void callsFunctionsAndTakesTheirAddress() {
    Label work = b.newFunction("work");
    b.loadFunction(R2, work).call(work).exit();
    b.bind(work).move(R0, 1).exit();
    Code code = b.build();
    assertThat(code.instructions())
        .containsExactly(
            // The kernel adds 1 to the first of its two slots: 0 + 3 + 1 = 4.
            new Constant.FunctionAddress(R2, 3),
            new Call.Function(1),
            new Jump.Exit(),
            Arithmetic.move(R0, 1),
            new Jump.Exit());
    assertThat(code.functions()).containsExactly(new Subprogram("work", 4));
    assertThat(code.function(3)).isEmpty();
    assertThat(code.function(5)).contains(new Subprogram("work", 4));
  }

  private void pad(int slots) {
    for (int i = 0; i < slots; i++) {
      b.move(R0, 0);
    }
  }

  @Test
  void keepsJumpsShortThatJustReach() {
    Label far = b.newLabel();
    b.jump(far);
    pad(32767);
    b.bind(far).exit();
    assertThat(b.build().instructions().getFirst()).isEqualTo(new Jump.Goto(32767));
  }

  @Test
  void lengthensJumpsThatDoNotReach() {
    Label far = b.newLabel();
    b.jump(far).mayJump(far);
    b.branch(Condition.LESS, R1, 5, far);
    b.branch(Condition.ANY_BIT, R1, 5, far);
    pad(32768);
    b.bind(far).exit();
    List<Instruction> code = b.build().instructions();
    int end = code.size() - 1;
    assertThat(code.subList(0, 9))
        .containsExactly(
            new Jump.GotoLong(end - 1),
            new Jump.MayGoto(1),
            new Jump.Goto(1),
            new Jump.GotoLong(end - 4),
            new Jump.Branch(Width.W64, Condition.GREATER_OR_EQUAL, R1, new Immediate(5), 1),
            new Jump.GotoLong(end - 6),
            new Jump.Branch(Width.W64, Condition.ANY_BIT, R1, new Immediate(5), 1),
            new Jump.Goto(1),
            new Jump.GotoLong(end - 9));
  }

  @Test
  void lengthensJumpsBackwardsToo() {
    Label top = b.newLabel();
    b.bind(top);
    pad(32768);
    b.branch(Condition.EQUAL, R1, R2, top).exit();
    List<Instruction> code = b.build().instructions();
    assertThat(code.subList(32768, 32770))
        .containsExactly(
            new Jump.Branch(Width.W64, Condition.NOT_EQUAL, R1, R2, 1), new Jump.GotoLong(-32770));
  }

  @Test
  void aJumpThatGrowsMayMakeAnotherGrow() {
    Label first = b.newLabel();
    Label second = b.newLabel();
    b.jump(first);
    b.branch(Condition.EQUAL, R1, R2, second);
    pad(32766);
    b.bind(first);
    pad(2);
    b.bind(second).exit();
    List<Instruction> code = b.build().instructions();
    assertThat(code.getFirst()).isEqualTo(new Jump.GotoLong(32768));
  }

  @Test
  void refusesLongJumpsWhereTheKernelHasNone() {
    Label far = b.newLabel("far");
    b.withoutLongJumps().jump(far);
    pad(32768);
    b.bind(far).exit();
    assertThatIllegalStateException()
        .isThrownBy(b::build)
        .withMessage("jump to 'far' over 32768 slots needs a long jump, which is not allowed");
  }

  @Test
  void refusesLabelsThatLeadNowhere() {
    b.jump(b.newLabel("lost"));
    assertThatExceptionOfType(UnresolvedLabelException.class)
        .isThrownBy(b::build)
        .withMessage("label 'lost' is used but not bound")
        .matches(e -> e.item() == 0);
  }

  @Test
  void refusesLabelsBehindTheLastInstruction() {
    Label end = b.newLabel("end");
    b.move(R0, 0).jump(end).bind(end);
    assertThatExceptionOfType(UnresolvedLabelException.class)
        .isThrownBy(b::build)
        .withMessageContaining("at the end")
        .matches(e -> e.item() == 1);
  }

  @Test
  void refusesJumpsOutOfAFunction() {
    Label out = b.newLabel("out");
    Label work = b.newFunction("work");
    b.call(work).bind(out).exit();
    b.bind(work).jump(out);
    assertThatExceptionOfType(UnresolvedLabelException.class)
        .isThrownBy(b::build)
        .withMessage("jump to 'out' leaves its function");
  }

  @Test
  void refusesLabelsOfOthersAndLabelsTwice() {
    Label label = b.newLabel("here");
    b.bind(label);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> b.bind(label))
        .withMessage("label 'here' is bound already");
    Label foreign = CodeBuilder.create().newLabel("there");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> b.jump(foreign))
        .withMessage("label 'there' belongs to another builder");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> b.bind(b.newFunction("f")))
        .withMessage("function 'f' starts where the entry does");
    assertThatIllegalArgumentException().isThrownBy(() -> b.newFunction("no-name"));
  }

  @Test
  void remembersWhereInstructionsComeFrom() {
    b.line("a.java", 1, 0, "first").move(R0, 0).loadMap(R1, "m");
    b.line("a.java", 9, 0, "replaced").line("a.java", 2, 0, "second").exit();
    Code code = b.build();
    assertThat(code.lines())
        .containsExactly(
            new SourceLine(0, "a.java", 1, 0, "first"),
            new SourceLine(3, "a.java", 2, 0, "second"));
    assertThat(code.sourceLine(2)).map(SourceLine::line).contains(1);
    assertThat(code.sourceLine(3)).map(SourceLine::line).contains(2);
    assertThat(code.sourceLine(-1)).isEmpty();
    assertThat(code.mapNames()).containsExactly("m");
    assertThat(code.slots()).isEqualTo(4);
  }

  @Test
  void moveWideTakesOneSlotIfItCan() {
    b.moveWide(R0, -5).moveWide(R1, 0xffff_ffffL);
    assertThat(b.build().instructions())
        .containsExactly(Arithmetic.move(R0, -5), new Constant.Wide(R1, 0xffff_ffffL));
  }
}
