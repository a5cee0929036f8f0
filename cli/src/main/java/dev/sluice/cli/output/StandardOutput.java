package dev.sluice.cli.output;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * The process's standard output, which remembers why it failed: a {@link PrintStream} keeps quiet
 * about that, and a result that nobody got is no success.
 */
public final class StandardOutput {
  private static final int BUFFER = 8192;

  private final Remembering raw = new Remembering();
  private final PrintStream stream =
      new PrintStream(new BufferedOutputStream(raw, BUFFER), false, System.out.charset());

  private static final class Remembering extends OutputStream {
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private @Nullable IOException failure;

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }

  /** What is printed to. */
  @SuppressWarnings("EI_EXPOSE_REP")
  public PrintStream stream() {
    return stream;
  }

  /** Writes all out; why that failed, or null. Whoever reads may go away: that is no failure. */
  public @Nullable String finish() {
    stream.flush();
    IOException failure = raw.failure;
    if (failure == null || "Broken pipe".equals(failure.getMessage())) {
      return null;
    }
    return failure.getMessage();
  }
}
