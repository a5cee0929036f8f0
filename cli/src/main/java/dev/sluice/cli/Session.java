package dev.sluice.cli;

import dev.sluice.cli.output.Output;
import dev.sluice.cli.output.Paint;
import dev.sluice.datapath.Datapath;
import dev.sluice.kernel.NetworkNamespace;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * One run of the command: the options that all commands share, where they print, and the datapath
 * of the chosen network namespace, which opens when it is first asked for.
 */
public final class Session implements AutoCloseable {
  private final GlobalOptions options = new GlobalOptions();
  private final PrintStream out;
  private final PrintStream err;
  private final DatapathOpener opener;
  private final PinLayout pins;
  private @Nullable NetworkNamespace namespace;
  private @Nullable Datapath datapath;

  Session(PrintStream out, PrintStream err, DatapathOpener opener, PinLayout pins) {
    this.out = out;
    this.err = err;
    this.opener = opener;
    this.pins = pins;
  }

  GlobalOptions options() {
    return options;
  }

  /** Where and how results are printed. */
  public Output output() {
    return new Output(out, options.format, options.noColor ? Paint.NONE : Paint.automatic());
  }

  /** Says something beside the result. */
  public void note(String text) {
    continueNote("sluice: " + text);
  }

  /** Says more on what was noted. */
  public void continueNote(String text) {
    // What files and packets hold must not command the terminal.
    err.println(text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "\ufffd"));
  }

  /** Whether more is to be said, such as the verifier's log. */
  public boolean isVerbose() {
    return options.verbose;
  }

  /** The chosen network namespace. */
  public NetworkNamespace namespace() {
    if (namespace == null) {
      namespace =
          options.namespace == null
              ? NetworkNamespace.current()
              : NetworkNamespace.open(options.namespace);
    }
    return namespace;
  }

  /** The datapath of the chosen network namespace. */
  public Datapath datapath() {
    if (datapath == null) {
      datapath = opener.open(namespace());
    }
    return datapath;
  }

  /** Where programs, maps and links are pinned. */
  public PinLayout pins() {
    return pins;
  }

  @Override
  public void close() {
    if (datapath != null) {
      datapath.close();
    }
    if (namespace != null) {
      namespace.close();
    }
  }
}
