package dev.sluice.compiler;

import dev.sluice.compiler.program.BpfProgram;
import dev.sluice.compiler.program.CgroupSkb;
import dev.sluice.compiler.program.Loop;
import dev.sluice.compiler.program.ProgramTable;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Table;
import dev.sluice.compiler.program.Verdict;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Methods that cannot become programs; each is named by why. */
public final class Refused {
  private static int state;

  private @Nullable Object held;

  private static final Loop.Turn<Integer> TURN = (turn, sum) -> sum + turn;
  private static final ProgramTable STAGES = ProgramTable.of(2);

  private static final Table<Integer, Integer> NUMBERS = Table.array(Integer.class, 4);

  private static final int[] ARRAY = new int[4];
  private static final String NAME = new String("name");

  record Eight(long a, long b, long c, long d, long e, long f, long g, long h) {}

  record Large(Eight a, Eight b, Eight c, Eight d, Eight e, Eight f, Eight g, Eight h, Eight i) {}

  private static final Table<Integer, Large> LARGE = Table.hash(Integer.class, Large.class, 4);

  record One(int number) {}

  record Other(int number) {}

  record Going(SkBuff skb, int number) {}

  private Refused() {}

  @BpfProgram(otherwise = 0)
  public static int allocatesAnArray(SkBuff skb) {
    return new int[] {1, 2}[skb.mark() & 1];
  }

  @BpfProgram(otherwise = 0)
  public static int allocatesAnObject(SkBuff skb) {
    return new Refused().held == null ? skb.mark() : 0;
  }

  @BpfProgram(otherwise = 0)
  public static int putsStringsTogether(SkBuff skb) {
    return ("mark " + skb.mark()).length();
  }

  @BpfProgram(otherwise = 0)
  public static int usesWhatIsAroundALambda(SkBuff skb) {
    int factor = skb.priority();
    IntUnaryOperator times = x -> factor * x;
    return times.applyAsInt(skb.mark());
  }

  @BpfProgram(otherwise = 0)
  public static int hashesARecord(SkBuff skb) {
    return new One(skb.mark()).hashCode();
  }

  @BpfProgram(otherwise = 0)
  public static int changesTheTypeOfAState(SkBuff skb) {
    Record start = new One(skb.mark());
    Record end = Loop.run(3, start, (turn, _) -> new Other(turn));
    return end instanceof One ? 1 : 0;
  }

  @BpfProgram(otherwise = 0)
  public static int asksForAFunctionInATable(SkBuff skb) {
    return Loop.run(3, skb.mark(), TURN);
  }

  @BpfProgram(otherwise = 0)
  public static int goesOnInALoop(SkBuff skb) {
    return Loop.run(
            3,
            new Going(skb, 1),
            (turn, state) -> {
              STAGES.call(state.skb(), turn);
              return state;
            })
        .number();
  }

  @BpfProgram(otherwise = 0)
  public static int mixesKinds(SkBuff skb) {
    Record one = skb.mark() == 0 ? new One(1) : new Other(2);
    return one instanceof One ? 1 : 0;
  }

  @BpfProgram(otherwise = 0)
  public static int throwsAnException(SkBuff skb) {
    if (skb.mark() == 0) {
      throw new IllegalStateException();
    }
    return 1;
  }

  @BpfProgram(otherwise = 0)
  public static int loopsUntilTheDataSays(SkBuff skb) {
    int sum = skb.mark();
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }

  @BpfProgram(otherwise = 0)
  public static int callsItself(SkBuff skb) {
    return skb.mark() == 0 ? 0 : callsItself(skb);
  }

  @BpfProgram(otherwise = 0)
  public static int writesAStaticField(SkBuff skb) {
    state = skb.mark();
    return 0;
  }

  @BpfProgram(otherwise = 0)
  public static int readsAFieldThatMayChange(SkBuff skb) {
    return skb.mark() + state;
  }

  @BpfProgram(otherwise = 0)
  public static int usesFractions(SkBuff skb) {
    return (int) (skb.mark() * 0.5);
  }

  @BpfProgram(otherwise = 0)
  public static int callsACollection(SkBuff skb) {
    return List.of(1, 2).size() + skb.mark();
  }

  @BpfProgram(otherwise = 0)
  public static int writesAFieldThatIsReadOnly(SkBuff skb) {
    skb.hash(1);
    return 0;
  }

  @BpfProgram(otherwise = 0)
  public static int takesTooMuch(SkBuff skb, int more) {
    return skb.mark() + more;
  }

  @BpfProgram(otherwise = 0)
  public static int holdsALock(SkBuff skb) {
    synchronized (Refused.class) {
      return skb.mark();
    }
  }

  @BpfProgram(otherwise = 0)
  public static int writesThePacketOfAControlGroup(CgroupSkb skb) {
    skb.setU8(0, 1);
    return CgroupSkb.ALLOW;
  }

  @BpfProgram(otherwise = 0)
  public static int writesAFieldOfAControlGroup(CgroupSkb skb) {
    skb.queueMapping(1);
    return CgroupSkb.ALLOW;
  }

  @BpfProgram(otherwise = 0)
  public static int tellsAControlGroupMoreThanItAsks(CgroupSkb skb) {
    return skb.u8(9) == 6 ? 1 : Verdict.DROP;
  }

  @BpfProgram(otherwise = Verdict.DROP)
  public static int endsOtherwiseThanAControlGroupAsks(CgroupSkb skb) {
    return skb.u8(9) & 1;
  }

  @BpfProgram(otherwise = 0)
  public static int choosesAControlWord(SkBuff skb) {
    return skb.cb(skb.mark());
  }

  @BpfProgram(otherwise = 0)
  public static int writesASixthControlWord(SkBuff skb) {
    skb.cb(5, 1);
    return 0;
  }

  @BpfProgram(otherwise = 0)
  public static int replacesThreeBytes(SkBuff skb) {
    return skb.replaceL3Checksum(24, 1, 2, 3);
  }

  @BpfProgram(otherwise = 0)
  public static int choosesFlags(SkBuff skb) {
    return skb.replaceL4Checksum(50, 1, 2, 2, skb.mark());
  }

  @BpfProgram(otherwise = 0)
  public static int asksWhereTheJvmSentIt(SkBuff skb) {
    return skb.redirectedTo();
  }

  @BpfProgram(otherwise = 0)
  public static int catchesExceptions(SkBuff skb) {
    try {
      return skb.u8(0) / skb.u8(1);
    } finally {
      skb.mark(5);
    }
  }

  @BpfProgram(otherwise = 0)
  @SuppressWarnings({"BoxedPrimitiveEquality", "ReferenceEquality"}) // that is what must be refused
  public static int comparesBoxes(SkBuff skb) {
    Integer one = skb.mark();
    Integer other = skb.priority();
    return one == other ? 1 : 0;
  }

  @BpfProgram(otherwise = 0)
  public static int takesWhatIsFoundOrANumber(SkBuff skb) {
    Integer found = skb.mark() == 0 ? NUMBERS.get(1) : Integer.valueOf(5);
    return found == null ? 1 : found;
  }

  @BpfProgram(otherwise = 0)
  public static int writesAnArray(SkBuff skb) {
    ARRAY[0] = skb.mark();
    return 0;
  }

  @BpfProgram(otherwise = 0)
  public static int asksAString(SkBuff skb) {
    return NAME.length() + skb.mark();
  }

  @BpfProgram(otherwise = 0, name = "a b")
  public static int isBadlyNamed(SkBuff skb) {
    return skb.mark();
  }

  @BpfProgram(otherwise = 0)
  public static int keepsTooMuchOnTheStack(SkBuff skb) {
    Eight eight = new Eight(1, 2, 3, 4, 5, 6, 7, skb.mark());
    return LARGE.put(1, new Large(eight, eight, eight, eight, eight, eight, eight, eight, eight));
  }
}
