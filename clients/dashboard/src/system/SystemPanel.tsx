import { queries } from "../api/queries";
import { bytes, duration, figure } from "../format/numbers";
import { Facts } from "../shell/Facts";
import { Fault, Waiting } from "../shell/Notice";

const EVERY = 5000;
const nearlyFull = 0.05;

/** The current state of the store's machine. */
export function SystemPanel() {
  const { data: machine, error } = queries.useQuery("get", "/api/system/status", {}, { refetchInterval: EVERY });
  if (error !== null) {
    return <Fault error={error} />;
  }
  if (machine === undefined) {
    return <Waiting />;
  }
  const { memory, disk, process } = machine;
  const full = disk != null && disk.free_bytes < disk.total_bytes * nearlyFull;
  const facts = [
    ["host", `${machine.host}, ${machine.cores} cores`],
    ["cpu", `${figure(round(machine.cpu_percent))} %`],
    ["memory", `${bytes(memory.total_bytes - (memory.available_bytes ?? 0))} of ${bytes(memory.total_bytes)}`],
    ["disk free", bytes(disk?.free_bytes)],
    ["trainyard", `${bytes(process.memory_bytes)}, up ${duration(Number(process.uptime_seconds))}`],
    ...machine.gpus.map((gpu) => ["gpu", gpu.name] as const),
    ["version", machine.versions.trainyard],
  ] as const;
  return (
    <>
      {full && (
        <div className="notice warning" role="alert">
          ⚠ The disk is nearly full: {bytes(disk.free_bytes)} of {bytes(disk.total_bytes)} are free. Delete checkpoints or runs: on a full
          disk Trainyard can't store anything.
        </div>
      )}
      <Facts facts={facts} />
    </>
  );
}

const round = (value: number | string | null | undefined): number | string | null | undefined =>
  typeof value === "number" ? Math.round(value * 10) / 10 : value;
