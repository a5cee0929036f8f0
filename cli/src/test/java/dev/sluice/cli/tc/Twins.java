package dev.sluice.cli.tc;

import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.Device;
import dev.sluice.kernel.KernelDatapath;
import dev.sluice.kernel.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Two network namespaces with the same devices, one for Sluice's tc and one for the witness, which
 * are given the same commands.
 */
final class Twins implements AutoCloseable {
  private static final String[][] STATE = {
    {"-d", "-r", "qdisc", "show"},
    {"-d", "-r", "class", "show", "dev", "eth0"},
    {"-d", "-r", "filter", "show", "dev", "eth0"},
    {"-d", "filter", "show", "dev", "eth0", "ingress"},
    {"-d", "filter", "show", "dev", "eth0", "egress"},
  };

  private final Witness witness;
  private final NetworkNamespace ours = NetworkNamespace.create("ours");
  private final NetworkNamespace theirs = NetworkNamespace.create("theirs");

  Twins(Witness witness) {
    this.witness = witness;
    try (KernelDatapath kernel = KernelDatapath.open(ours)) {
      furnish(kernel);
    }
    try (KernelDatapath other = KernelDatapath.open(theirs)) {
      furnish(other);
    }
  }

  private static void furnish(KernelDatapath kernel) {
    Device device = kernel.kernelDevices().createVeth("eth0", "eth1", null);
    kernel.kernelDevices().setUp(device, true);
  }

  private Datapath open() {
    return KernelDatapath.open(ours);
  }

  /** Gives both the same command and returns where they differ; empty where they do not. */
  List<String> compare(String... words) throws IOException, InterruptedException {
    return compare("", words);
  }

  List<String> compare(String input, String... words) throws IOException, InterruptedException {
    List<String> withoutLint = new ArrayList<>(List.of("--no-lint"));
    withoutLint.addAll(List.of(words));
    Run us = Run.withInput(this::open, input, withoutLint.toArray(new String[0])).comparable();
    Run them = witness.run(theirs, input, words).comparable();
    List<String> differences = new ArrayList<>();
    if (!us.equals(them)) {
      differences.add(
          "tc " + String.join(" ", words) + "\n" + show("ours", us) + show("tc's", them));
    }
    return differences;
  }

  /** Compares what the kernel was told, and how each prints it. */
  List<String> compareState() throws IOException, InterruptedException {
    List<String> differences = new ArrayList<>();
    for (String[] show : STATE) {
      Run us = witness.run(ours, "", show).comparable();
      Run them = witness.run(theirs, "", show).comparable();
      if (!us.equals(them)) {
        differences.add(
            "state by tc " + String.join(" ", show) + "\n" + show("ours", us) + show("tc's", them));
      }
      differences.addAll(compare(show));
    }
    return differences;
  }

  private static String show(String whose, Run run) {
    return "  " + whose + ": " + run.code() + "\n" + indent(run.out()) + indent(run.err());
  }

  private static String indent(String text) {
    return text.isEmpty() ? "" : text.indent(4);
  }

  @Override
  public void close() {
    ours.close();
    theirs.close();
  }
}
