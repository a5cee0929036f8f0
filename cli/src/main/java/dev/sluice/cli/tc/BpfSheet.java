package dev.sluice.cli.tc;

import dev.sluice.datapath.SluiceException;
import dev.sluice.datapath.program.Program;
import dev.sluice.datapath.program.ProgramInfo;
import dev.sluice.datapath.tc.BpfFilter;
import dev.sluice.datapath.tc.BpfFilter.Classic;
import dev.sluice.datapath.tc.BpfFilter.Classic.Instruction;
import dev.sluice.datapath.tc.BpfFilter.Installed;
import dev.sluice.datapath.tc.FilterEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints a bpf filter and what the kernel tells about its program. */
final class BpfSheet {
  private final BpfFilter bpf;
  private final FilterEntry entry;
  private final Session session;
  private final Sheet sheet;

  BpfSheet(BpfFilter bpf, FilterEntry entry, Session session, Sheet sheet) {
    this.bpf = bpf;
    this.entry = entry;
    this.session = session;
    this.sheet = sheet;
  }

  void print() {
    if (entry.handle() != 0) {
      sheet.field("handle", "handle ", "0x" + Integer.toHexString(entry.handle()), " ");
    }
    if (bpf.classId() != null) {
      sheet.field("flowid", "flowid ", bpf.classId().toString(), " ");
    }
    String name =
        switch (bpf.source()) {
          case Installed installed -> installed.name();
          case BpfFilter.Attached attached -> attached.name();
          case Classic _ -> "";
        };
    if (!name.isEmpty()) {
      sheet.field("bpf_name", "", name, " ");
    }
    if (bpf.directAction()) {
      sheet.truth("direct-action", true, "direct-action ");
    }
    FilterSheet.printFlags(bpf.flags(), sheet);
    switch (bpf.source()) {
      case Classic classic -> print(classic.instructions());
      case Installed installed -> print(installed);
      case BpfFilter.Attached attached -> print(attached.program().info());
    }
    ActionSheet.print(bpf.actions(), entry.actionStates(), session, sheet);
  }

  private void print(List<Instruction> instructions) {
    sheet.beginObject("bytecode");
    sheet.field("length", "bytecode '", instructions.size(), ",");
    sheet.beginArray("insns");
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      sheet.beginObject();
      sheet.field("code", "", instruction.code(), " ");
      sheet.field("jt", "", instruction.jumpTrue(), " ");
      sheet.field("jf", "", instruction.jumpFalse(), " ");
      String end = i == instructions.size() - 1 ? "'" : ",";
      sheet.field("k", "", instruction.operand() & 0xffff_ffffL, end);
      sheet.endObject();
    }
    sheet.endArray();
    sheet.endObject();
  }

  private void print(Installed installed) {
    ProgramInfo info = installed.id() == 0 ? null : info(installed.id());
    if (info != null) {
      print(info);
      return;
    }
    if (installed.id() != 0) {
      sheet.beginObject("prog");
      sheet.field("id", "id ", installed.id() & 0xffff_ffffL, " ");
      sheet.endObject();
    }
    if (!installed.tag().isEmpty()) {
      sheet.field("tag", "tag ", installed.tag(), " ");
    }
  }

  /** Null where the program is gone by now or the caller may not look at it. */
  private @Nullable ProgramInfo info(int id) {
    try (Program program = session.datapath().programs().open(id)) {
      return program.info();
    } catch (SluiceException e) {
      return null;
    }
  }

  private void print(ProgramInfo info) {
    sheet.beginObject("prog");
    sheet.field("id", "id ", info.id() & 0xffff_ffffL, " ");
    if (!info.name().isEmpty()) {
      sheet.field("name", "name ", info.name(), " ");
    }
    sheet.field("tag", "tag ", info.tag(), " ");
    boolean compiled = info.compiledBytes() != 0;
    sheet.jsonField("jited", compiled ? 1 : 0);
    if (compiled) {
      sheet.text("jited ");
    }
    if (sheet.options().details) {
      if (info.loadedNanoseconds() != 0) {
        sheet.field("load_time", "load_time ", info.loadedNanoseconds(), " ");
        sheet.field("created_by_uid", "created_by_uid ", info.userId() & 0xffff_ffffL, " ");
      }
      if (info.btfId() != 0) {
        sheet.field("btf_id", "btf_id ", info.btfId() & 0xffff_ffffL, " ");
      }
    }
    sheet.endObject();
  }
}
