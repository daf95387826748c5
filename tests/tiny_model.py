"""A voice model of a few hundred bytes: each token is a tone of a tenth of a second."""

import numpy as np

RATE = 16000
TOKEN_SECONDS = 0.1


def write(folder, speakers=1):
    """Write a VITS model for sherpa-onnx: its graph, its tokens and a lexicon of letters.

    The graph has VITS's inputs and output, and reads them: more tokens are longer, so is
    a larger length_scale, and each token has a pitch of its own.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    frames = round(TOKEN_SECONDS * RATE)

    def constant(name, value, kind):
        return numpy_helper.from_array(np.array(value, kind), name)

    constants = [
        constant("frames", frames, np.float32),
        constant("zero", 0, np.int64),
        constant("one", 1, np.int64),
        constant("first", [0], np.int64),
        constant("shape", [1, 1, -1], np.int64),
        constant("hertz", 40.0, np.float32),
        constant("lowest", 100.0, np.float32),
        constant("turn", 2 * np.pi / RATE, np.float32),
        constant("quiet", 0.3, np.float32),
        constant("scalar", [], np.int64),
    ]
    steps = [
        ("Reshape", ["length_scale", "scalar"], "scale"),
        ("Mul", ["frames", "scale"], "token_frames"),
        ("Reshape", ["x_length", "scalar"], "count"),
        ("Cast", ["count"], "count_float", {"to": TensorProto.FLOAT}),
        ("Mul", ["count_float", "token_frames"], "total_float"),
        ("Cast", ["total_float"], "total", {"to": TensorProto.INT64}),
        ("Range", ["zero", "total", "one"], "n"),
        ("Cast", ["n"], "n_float", {"to": TensorProto.FLOAT}),
        ("Div", ["n_float", "token_frames"], "position"),
        ("Cast", ["position"], "number", {"to": TensorProto.INT64}),
        ("Gather", ["x", "zero"], "tokens", {"axis": 0}),
        ("Gather", ["tokens", "number"], "token"),
        ("Cast", ["token"], "token_float", {"to": TensorProto.FLOAT}),
        ("Mul", ["token_float", "hertz"], "above"),
        ("Add", ["above", "lowest"], "pitch"),
        ("Mul", ["pitch", "turn"], "step"),
        ("Mul", ["step", "n_float"], "angle"),
        ("Sin", ["angle"], "tone"),
        ("Mul", ["tone", "quiet"], "soft"),
        ("Reshape", ["soft", "shape"], "y"),
    ]
    nodes = [
        helper.make_node(kind, inputs, [output], **(options[0] if options else {}))
        for kind, inputs, output, *options in steps
    ]
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.INT64, [1, "n"]),
        helper.make_tensor_value_info("x_length", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("noise_scale", TensorProto.FLOAT, [1]),
        helper.make_tensor_value_info("length_scale", TensorProto.FLOAT, [1]),
        helper.make_tensor_value_info("noise_scale_w", TensorProto.FLOAT, [1]),
    ]
    if speakers > 1:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, "frames"])
    graph = helper.make_graph(nodes, "tiny", inputs, [output], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    about = {
        "model_type": "vits",
        "comment": "tiny",
        "language": "English",
        "add_blank": 0,
        "n_speakers": speakers,
        "sample_rate": RATE,
        "punctuation": ", . ! ?",
    }
    for key, value in about.items():
        model.metadata_props.add(key=key, value=str(value))
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, folder / "model.onnx")
    tokens = ["_", " ", ",", ".", "!", "?", "'", *"abcdefghijklmnopqrstuvwxyz"]
    rows = (f"{token} {number}\n" for number, token in enumerate(tokens))
    (folder / "tokens.txt").write_text("".join(rows))
    return folder


def lexicon(folder, words):
    """Write how words are spelt: letter by letter."""
    (folder / "lexicon.txt").write_text(
        "".join(f"{word} {' '.join(word)}\n" for word in sorted(words))
    )
