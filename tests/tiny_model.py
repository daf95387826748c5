"""A voice model of a few hundred bytes: each token is a tone of a tenth of a second."""

import json
from typing import Any

import numpy as np

RATE = 16000
TOKEN_SECONDS = 0.1

TOKENS = ["_", " ", ",", ".", "!", "?", "'", *"abcdefghijklmnopqrstuvwxyz"]

PHONEMES = [
    *"_^$ !',-.:;?abcdefhijklmnopqrstuvwxyzæçðøħŋœɐɑɒɔɕɖɗəɚɛɜɡɪɫɬɹɾʃʊʌʒˈˌːˑθ",
    "ᵻ",
    "\u0303",
]
"""As eSpeak writes English, and a few more; the first three are Piper's own."""


def write(folder, speakers=1):
    """Write a VITS model for sherpa-onnx: its graph and its tokens."""
    import onnx

    model = _model(
        ["noise_scale", "length_scale", "noise_scale_w"], ["length_scale"], speakers, TOKENS
    )
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
    rows = (f"{token} {number}\n" for number, token in enumerate(TOKENS))
    (folder / "tokens.txt").write_text("".join(rows))
    return folder


def write_piper(folder, name="en_US-tiny-low", **about):
    """Write a voice as Piper's are downloaded: a model without notes, and a JSON file."""
    import onnx

    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_model(["scales"], ["scales", "one"], 1, PHONEMES), folder / f"{name}.onnx")
    config = {
        "audio": {"sample_rate": RATE, "quality": "low"},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_id_map": {symbol: [number] for number, symbol in enumerate(PHONEMES)},
        "num_speakers": 1,
        "language": {"code": "en_US", "name_english": "English"},
        **about,
    }
    (folder / f"{name}.onnx.json").write_text(json.dumps(config))
    return folder / f"{name}.onnx"


def _model(scales, length_scale, speakers, symbols):
    """The graph, which has VITS's inputs and output, and reads them.

    More tokens are longer, so is a larger length scale, and each token has a pitch of its own. It
    swells with every fourth token, as with a syllable.

    Args:
        scales: the names of the inputs after the tokens and their number.
        length_scale: the name of the input that is the length scale, or also its position.
        speakers: how many there are.
        symbols: how many tokens there are, to keep their pitches apart.
    """
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
        constant("hertz", 1300.0 / len(symbols), np.float32),
        constant("lowest", 300.0, np.float32),
        constant("turn", 2 * np.pi / RATE, np.float32),
        constant("beat", 2 * np.pi / 4, np.float32),
        constant("swell", 0.2, np.float32),
        constant("quiet", 0.3, np.float32),
        constant("scalar", [], np.int64),
    ]
    steps: list[tuple[Any, ...]] = [
        ("Identity" if len(length_scale) == 1 else "Gather", length_scale, "own_scale"),
        ("Reshape", ["own_scale", "scalar"], "scale"),
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
        ("Mul", ["beat", "position"], "beat_angle"),
        ("Sin", ["beat_angle"], "beats"),
        ("Mul", ["beats", "swell"], "swells"),
        ("Add", ["swells", "quiet"], "level"),
        ("Mul", ["tone", "level"], "soft"),
        ("Reshape", ["soft", "shape"], "y"),
    ]
    nodes = [
        helper.make_node(kind, inputs, [output], **(options[0] if options else {}))
        for kind, inputs, output, *options in steps
    ]
    counts: list[tuple[str, list[Any]]] = [("x", [1, "n"]), ("x_length", [1])]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, to) for name, to in counts]
    shape = [3] if len(scales) == 1 else [1]
    inputs += [helper.make_tensor_value_info(each, TensorProto.FLOAT, shape) for each in scales]
    if speakers > 1:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, "frames"])
    graph = helper.make_graph(nodes, "tiny", inputs, [output], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def lexicon(folder, words):
    """Write how words are spelt: letter by letter."""
    (folder / "lexicon.txt").write_text(
        "".join(f"{word} {' '.join(word)}\n" for word in sorted(words))
    )
