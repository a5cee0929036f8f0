package dev.sluice.policy.spec;

import dev.sluice.datapath.DataSize;
import dev.sluice.datapath.Rate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A device whose rate is shared out to classes. */
@Doc(
    "A device whose rate is shared out to classes (HTB). Each class is guaranteed its rate, and"
        + " borrows up to its ceiling what others leave. A program classifies packets before they"
        + " reach the queue; the first class with a match that fits has the packet.")
public record Sharing(
    @Doc("The device: a name, or a pattern with `*` and `?`. This or `workload`.")
        @Nullable String device,
    @Doc("Workloads, each with classes of its own. This or `device`.") @Nullable Target workload,
    @Doc(value = "Which packets.", otherwise = "upload of a device, download of a workload")
        @Nullable Way way,
    @Doc("All there is to share out.") Rate rate,
    @Doc(
            "The class of packets that no match fits: its name. Without it they share what is left"
                + " over.")
        @Nullable String defaultClass,
    @Doc("The classes.") List<ShareClass> classes) {
  /** Copies the list. */
  public Sharing {
    classes = List.copyOf(classes);
  }

  /** A class. */
  @Doc("A class: packets that share a rate.")
  public record ShareClass(
      @Doc(
              value = "Unique among the classes of the device.",
              pattern = "[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?")
          String name,
      @Doc("What it is guaranteed.") Rate rate,
      @Doc("What it gets at most when others leave something; all of its parent's unless said.")
          @Nullable Rate ceil,
      @Doc(value = "Who borrows first: 0 before 7.", least = 0, most = 7, otherwise = "0")
          @Nullable Integer priority,
      @Doc(
              "How much may leave at once after a pause; 20 ms of the ceiling unless said, but 16"
                  + " KiB at least.")
          @Nullable DataSize burst,
      @Doc(value = "How long packets wait at most before more are dropped.", otherwise = "50ms")
          @Nullable Duration queue,
      @Doc("Its packets: those that one of these fits.") List<Match> match,
      @Doc("Classes that share its rate out among them; then it has no matches of its own.")
          List<ShareClass> classes) {
    /** Copies the lists. */
    public ShareClass {
      match = List.copyOf(match);
      classes = List.copyOf(classes);
    }
  }
}
