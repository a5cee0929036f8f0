package dev.sluice.cli.tc;

import dev.sluice.datapath.tc.Estimator;

/** {@code estimator INTERVAL TIME_CONSTANT}. */
final class EstimatorGrammar {
  private static final long QUARTER_SECOND = 250_000;

  private EstimatorGrammar() {}

  /** Reads an estimator; the current word is its keyword, and is its last word afterwards. */
  static Estimator read(Words words, boolean raw) {
    Problems problems = words.problems();
    long interval = time(words, words.next(), "invalid estimator interval");
    long constant = time(words, words.next(), "invalid estimator time constant");
    Estimator estimator = of(interval, constant);
    if (estimator.averagingLog() == 0) {
      problems.line("Error: estimator parameters are out of range.");
      throw Stop.command(Stop.BAD_COMMAND);
    }
    if (raw) {
      problems.line(
          "[estimator i=" + estimator.interval() + " e=" + estimator.averagingLog() + "]");
    }
    return estimator;
  }

  private static long time(Words words, String word, String wrong) {
    if (Words.abbreviates(word, "help")) {
      words.problems().text(Usage.ESTIMATOR);
      throw Stop.everything(Stop.BAD_COMMAND);
    }
    long time = Units.microseconds(word);
    if (time < 0) {
      throw words.problems().wrong(wrong, "estimator");
    }
    return time;
  }

  /**
   * The kernel's codes for a sampling interval and a time constant in microseconds: the shortest of
   * its intervals (¼ s to 8 s) that is long enough, and the weight whose exponential average has
   * that time constant. The weight's code is 0 where there is none.
   */
  private static Estimator of(long interval, long constant) {
    int code = 0;
    while (code <= 5 && interval > (QUARTER_SECOND << code)) {
      code++;
    }
    if (code > 5) {
      return new Estimator(0, 0);
    }
    int log = 1;
    while (log < 32 && interval / -Math.log(1 - 1.0 / (1L << log)) <= constant) {
      log++;
    }
    log--;
    return new Estimator(code - 2, log >= 31 ? 0 : log);
  }
}
