package dev.sluice.policy.export;

import dev.sluice.datapath.Device;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Notes as they are taken, about one device after the other. */
final class Notes {
  private final Set<ExportNote> notes = new LinkedHashSet<>();

  void leftOut(Device device, String what, String why) {
    notes.add(new ExportNote(ExportNote.Kind.LEFT_OUT, where(device, what), why));
  }

  void changed(Device device, String what, String why) {
    notes.add(new ExportNote(ExportNote.Kind.CHANGED, where(device, what), why));
  }

  private static String where(Device device, String what) {
    return "device " + device + ", " + what;
  }

  List<ExportNote> list() {
    return new ArrayList<>(notes);
  }
}
