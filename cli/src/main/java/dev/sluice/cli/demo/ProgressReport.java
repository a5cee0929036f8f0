package dev.sluice.cli.demo;

import dev.sluice.cli.Session;
import dev.sluice.cli.output.Paint;
import java.util.List;

/** Says on a terminal's standard error what is being done, while the result is kept for the end. */
final class ProgressReport implements Report {
  private static final int STANDARD_ERROR = 2;

  private final Session session;
  private final boolean heard = Paint.isTerminal(STANDARD_ERROR);

  ProgressReport(Session session) {
    this.session = session;
  }

  @Override
  public void lab(Lab lab) {}

  @Override
  public void scenario(int number, String title) {
    say(number + ". " + title);
  }

  @Override
  public void configured(Scenario.Command command, String said) {}

  @Override
  public void sending(String trial) {
    say(trial);
  }

  @Override
  public void findings(List<Finding> findings) {}

  @Override
  public void attached(List<ChainFinding.Entry> chain) {}

  @Override
  public void checked(List<Check> checks) {}

  @Override
  public void removed(Removal removal) {}

  @Override
  public void verdict(DemoResult result) {}

  private void say(String text) {
    if (heard) {
      session.note(text);
    }
  }
}
