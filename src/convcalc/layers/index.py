"""The kinds of each module, so that few load: made by `pytest --update-goldens`."""

from collections.abc import Mapping

KINDS: Mapping[str, str] = {
    "activation": "Activation ELU LeakyReLU PReLU ReLU Softmax",
    "attention": "AdditiveAttention Attention GroupQueryAttention MultiHeadAttention",
    "audio": "MelSpectrogram STFTSpectrogram",
    "augmentation": (
        "AugMix ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization "
        "MaxNumBoundingBoxes MixUp Pipeline RandAugment RandomBrightness RandomColorDegeneration "
        "RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing "
        "RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective "
        "RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear "
        "RandomTranslation RandomZoom Solarization"
    ),
    "categorical": (
        "CategoryEncoding HashedCrossing Hashing IntegerLookup StringLookup TextVectorization"
    ),
    "convolution": (
        "Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose DepthwiseConv1D "
        "DepthwiseConv2D SeparableConv1D SeparableConv2D"
    ),
    "convolutional_recurrent": "ConvLSTM1D ConvLSTM2D ConvLSTM3D",
    "core": "Dense EinsumDense Embedding Identity InputLayer Lambda Masking ReversibleEmbedding",
    "merging": "Add Average Concatenate Dot Maximum Minimum Multiply Subtract",
    "models": "Functional Sequential",
    "normalization": (
        "BatchNormalization GroupNormalization LayerNormalization RMSNormalization "
        "SpectralNormalization UnitNormalization"
    ),
    "pooling": (
        "AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D "
        "AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D AveragePooling1D "
        "AveragePooling2D AveragePooling3D GlobalAveragePooling1D GlobalAveragePooling2D "
        "GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D "
        "MaxPooling1D MaxPooling2D MaxPooling3D"
    ),
    "preprocessing": "AutoContrast CenterCrop Discretization Normalization Rescaling Resizing",
    "recurrent": "GRU GRUCell LSTM LSTMCell RNN SimpleRNN SimpleRNNCell StackedRNNCells",
    "regularization": (
        "ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise "
        "SpatialDropout1D SpatialDropout2D SpatialDropout3D"
    ),
    "reshaping": (
        "Cropping1D Cropping2D Cropping3D Flatten Permute RepeatVector Reshape UpSampling1D "
        "UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D"
    ),
    "wrappers": "Bidirectional TimeDistributed Wrapper",
}
"""The layer kinds of each module."""

OPERATIONS: Mapping[str, str] = {
    "ops.activations": (
        "ops.Celu ops.Elu ops.Gelu ops.Glu ops.HardShrink ops.HardSigmoid ops.HardSilu "
        "ops.HardTanh ops.LeakyRelu ops.LogSigmoid ops.LogSoftmax ops.Normalize ops.Relu "
        "ops.Relu6 ops.Selu ops.Sigmoid ops.Silu ops.SoftShrink ops.Softmax ops.Softplus "
        "ops.Softsign ops.SparsePlus ops.SparseSigmoid ops.Sparsemax ops.Squareplus "
        "ops.TanhShrink ops.Threshold"
    ),
    "ops.counting": "ops.Bincount ops.Histogram ops.Ndim ops.Nonzero ops.Unique ops.UnravelIndex",
    "ops.creation": "ops.Full ops.Geomspace ops.Linspace ops.Logspace ops.Vander",
    "ops.diagonals": "ops.Diag ops.Diagflat ops.Diagonal ops.Trace",
    "ops.elementwise": (
        "ops.Abs ops.Absolute ops.Add ops.Angle ops.Arccos ops.Arccosh ops.Arcsin ops.Arcsinh "
        "ops.Arctan ops.Arctan2 ops.Arctanh ops.Array ops.BitwiseAnd ops.BitwiseInvert "
        "ops.BitwiseLeftShift ops.BitwiseNot ops.BitwiseOr ops.BitwiseRightShift ops.BitwiseXor "
        "ops.Cast ops.Cbrt ops.Ceil ops.Clip ops.Conj ops.Conjugate ops.ConvertToTensor ops.Copy "
        "ops.Corrcoef ops.Cos ops.Cosh ops.Deg2rad ops.Digitize ops.Divide ops.DivideNoNan "
        "ops.EmptyLike ops.Equal ops.Erf ops.Erfc ops.Erfinv ops.Exp ops.Exp2 ops.Expm1 ops.Fabs "
        "ops.Floor ops.FloorDivide ops.Fmax ops.Fmin ops.Fmod ops.FullLike ops.Gcd ops.Greater "
        "ops.GreaterEqual ops.Heaviside ops.Hypot ops.I0 ops.Imag ops.IsIn ops.Isclose "
        "ops.Isfinite ops.Isinf ops.Isnan ops.Isneginf ops.Isposinf ops.Isreal ops.Lcm ops.Ldexp "
        "ops.LeftShift ops.Less ops.LessEqual ops.Log ops.Log10 ops.Log1p ops.Log2 ops.Logaddexp "
        "ops.Logaddexp2 ops.LogicalAnd ops.LogicalNot ops.LogicalOr ops.LogicalXor ops.Maximum "
        "ops.Minimum ops.Mod ops.Multiply ops.NanToNum ops.Negative ops.Nextafter ops.NotEqual "
        "ops.OnesLike ops.Polar ops.Power ops.Rad2deg ops.Real ops.Reciprocal ops.RightShift "
        "ops.Round ops.Rsqrt ops.SaturateCast ops.SearchSorted ops.Sign ops.Signbit ops.Sin "
        "ops.Sinc ops.Sinh ops.Sqrt ops.Square ops.StopGradient ops.Subtract ops.Tan ops.Tanh "
        "ops.Tril ops.Triu ops.TrueDivide ops.Trunc ops.Where ops.ZerosLike"
    ),
    "ops.images": (
        "ops.AffineTransform ops.CropImages ops.ElasticTransform ops.ExtractPatches "
        "ops.GaussianBlur ops.HSVToRGB ops.MapCoordinates ops.PadImages ops.PerspectiveTransform "
        "ops.RGBToGrayscale ops.RGBToHSV ops.Resize ops.SSIM ops.ScaleAndTranslate ops.SobelEdges"
    ),
    "ops.indexing": (
        "ops.GetItem ops.MultiHot ops.OneHot ops.Scatter ops.ScatterUpdate ops.Select ops.Slice "
        "ops.SliceUpdate ops.Take ops.TakeAlongAxis"
    ),
    "ops.joining": (
        "ops.Append ops.ArraySplit ops.Concatenate ops.Dsplit ops.Dstack ops.Hsplit ops.Hstack "
        "ops.Meshgrid ops.Split ops.Stack ops.Unstack ops.Vsplit ops.Vstack"
    ),
    "ops.linalg": (
        "ops.Cholesky ops.CholeskyInverse ops.Det ops.Eig ops.Eigh ops.Inv ops.Logdet ops.Lstsq "
        "ops.LuFactor ops.MatrixRank ops.Pinv ops.Qr ops.SVD ops.Slogdet ops.Solve "
        "ops.SolveTriangular"
    ),
    "ops.losses": (
        "ops.BinaryCrossentropy ops.CTCDecode ops.CTCLoss ops.CategoricalCrossentropy ops.PSNR "
        "ops.SparseCategoricalCrossentropy"
    ),
    "ops.normalization": "ops.BatchNorm ops.LayerNorm ops.RMSNorm",
    "ops.products": (
        "ops.CDist ops.Correlate ops.Cross ops.Dot ops.DotProductAttention ops.Einsum ops.Inner "
        "ops.Kron ops.Matmul ops.Outer ops.Tensordot ops.Vdot"
    ),
    "ops.reductions": (
        "ops.All ops.AllClose ops.Amax ops.Amin ops.Any ops.Argmax ops.Argmin ops.Argpartition "
        "ops.Argsort ops.Average ops.CountNonzero ops.Cumprod ops.Cumsum ops.Diff ops.InTopK "
        "ops.Logsumexp ops.Max ops.Mean ops.Median ops.Min ops.Moments ops.Nanargmax "
        "ops.Nanargmin ops.Nancumprod ops.Nancumsum ops.Nanmax ops.Nanmean ops.Nanmedian "
        "ops.Nanmin ops.Nanpercentile ops.Nanprod ops.Nanquantile ops.Nanstd ops.Nansum "
        "ops.Nanvar ops.Norm ops.Percentile ops.Prod ops.Ptp ops.Quantile ops.Size ops.Sort "
        "ops.Std ops.Sum ops.TopK ops.Trapezoid ops.Var"
    ),
    "ops.shaping": (
        "ops.BroadcastTo ops.DepthToSpace ops.ExpandDims ops.Flip ops.Fliplr ops.Flipud "
        "ops.Moveaxis ops.Pad ops.Ravel ops.Repeat ops.Reshape ops.Roll ops.Rot90 "
        "ops.SpaceToDepth ops.Squeeze ops.Swapaxes ops.Tile ops.Transpose ops.ViewAsComplex "
        "ops.ViewAsReal"
    ),
    "ops.signal": (
        "ops.ExtractSequences ops.FFT ops.FFT2 ops.IFFT2 ops.IRFFT ops.ISTFT ops.RFFT ops.STFT "
        "ops.SegmentMax ops.SegmentMin ops.SegmentProd ops.SegmentSum"
    ),
    "ops.windows": (
        "ops.AveragePool ops.Conv ops.ConvTranspose ops.DepthwiseConv ops.Fold ops.MaxPool "
        "ops.SeparableConv ops.Unfold"
    ),
}
"""The operations of each module."""

ALIASES: Mapping[str, str] = {
    "AveragePooling1D": "AvgPool1D",
    "AveragePooling2D": "AvgPool2D",
    "AveragePooling3D": "AvgPool3D",
    "Conv1D": "Convolution1D",
    "Conv1DTranspose": "Convolution1DTranspose",
    "Conv2D": "Convolution2D",
    "Conv2DTranspose": "Convolution2DTranspose",
    "Conv3D": "Convolution3D",
    "Conv3DTranspose": "Convolution3DTranspose",
    "GlobalAveragePooling1D": "GlobalAvgPool1D",
    "GlobalAveragePooling2D": "GlobalAvgPool2D",
    "GlobalAveragePooling3D": "GlobalAvgPool3D",
    "GlobalMaxPooling1D": "GlobalMaxPool1D",
    "GlobalMaxPooling2D": "GlobalMaxPool2D",
    "GlobalMaxPooling3D": "GlobalMaxPool3D",
    "MaxPooling1D": "MaxPool1D",
    "MaxPooling2D": "MaxPool2D",
    "MaxPooling3D": "MaxPool3D",
    "SeparableConv1D": "SeparableConvolution1D",
    "SeparableConv2D": "SeparableConvolution2D",
}
"""Keras's other names of kinds."""
