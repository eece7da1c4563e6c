"""Prints what TensorBoard itself finds in a log folder."""

import json
import sys

try:
    from tensorboard.backend.event_processing import plugin_event_accumulator
    from tensorboard.plugins.hparams import plugin_data_pb2
    from tensorboard.util import tensor_util
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)

events = plugin_event_accumulator.EventAccumulator(sys.argv[1])
events.Reload()
hparams = plugin_data_pb2.HParamsPluginData.FromString(
    events.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
)
print(
    json.dumps(
        {
            "loss": [[e.step, float(tensor_util.make_ndarray(e.tensor_proto))] for e in events.Tensors("loss")],
            "notes": events.Tensors("notes")[0].tensor_proto.string_val[0].decode(),
            "hparams": list(hparams.session_start_info.hparams),
        }
    )
)
