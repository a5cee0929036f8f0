package dev.sluice.policy.program;

import dev.sluice.compiler.program.Kernel;
import dev.sluice.compiler.program.SkBuff;
import dev.sluice.compiler.program.Verdict;
import dev.sluice.policy.program.Tables.Choice;
import dev.sluice.policy.program.Tables.Sample;

/** Copies some packets to whoever watches. */
final class Samples {
  private static final int ONLY_DROPPED = 1;
  private static final int ONLY_PASSED = 2;

  private Samples() {}

  static void take(SkBuff skb, int rule, int verdict) {
    Choice choice = Tables.CHOICES.get(rule);
    if (choice == null || choice.every() == 0) {
      return;
    }
    boolean dropped = verdict == Verdict.DROP;
    if (choice.only() == ONLY_DROPPED && !dropped || choice.only() == ONLY_PASSED && dropped) {
      return;
    }
    if (choice.every() > 1 && Integer.remainderUnsigned(Kernel.random(), choice.every()) != 0) {
      return;
    }
    int length = skb.length();
    int bytes = Integer.compareUnsigned(length, choice.bytes()) < 0 ? length : choice.bytes();
    Sample sample = new Sample(PolicyProgram.now(), length, skb.ifindex(), verdict, rule, bytes);
    Tables.SAMPLES.output(skb, sample, bytes);
    PolicyProgram.count(rule, length);
  }
}
