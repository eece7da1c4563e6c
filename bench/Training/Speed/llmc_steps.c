// Times steps of llm.c's GPT-2 on random tokens, with random weights. Compiled beside its train_gpt2.c.
// llmc_steps LAYERS HEADS DIM VOCABULARY BATCH LENGTH STEPS prints the milliseconds of each step, then its memory.
#define TESTING
#include "train_gpt2.c"
#include <sys/resource.h>

static unsigned long long state = 1;

static unsigned int next_random(void) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned int)(state >> 33);
}

int main(int argc, char *argv[]) {
    if (argc != 8) {
        fprintf(stderr, "llmc_steps LAYERS HEADS DIM VOCABULARY BATCH LENGTH STEPS\n");
        return 2;
    }
    int vocabulary = atoi(argv[4]), batch = atoi(argv[5]), length = atoi(argv[6]), steps = atoi(argv[7]);
    GPT2 model = {0};
    model.config.num_layers = atoi(argv[1]);
    model.config.num_heads = atoi(argv[2]);
    model.config.channels = atoi(argv[3]);
    model.config.max_seq_len = length;
    model.config.vocab_size = vocabulary;
    model.config.padded_vocab_size = (vocabulary + 127) / 128 * 128;
    fill_in_parameter_sizes(model.param_sizes, model.config);
    for (size_t i = 0; i < NUM_PARAMETER_TENSORS; i++) {
        model.num_parameters += model.param_sizes[i];
    }
    model.params_memory = malloc_and_point_parameters(&model.params, model.param_sizes);
    for (size_t i = 0; i < model.num_parameters; i++) {
        model.params_memory[i] = ((float)next_random() / 2147483648.0f - 0.5f) * 0.07f;
    }

    int *inputs = malloc(sizeof(int) * batch * length), *targets = malloc(sizeof(int) * batch * length);
    for (int step = 0; step < steps; step++) {
        for (int i = 0; i < batch * length; i++) {
            inputs[i] = next_random() % vocabulary;
            targets[i] = next_random() % vocabulary;
        }
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        gpt2_forward(&model, inputs, targets, batch, length);
        gpt2_zero_grad(&model);
        gpt2_backward(&model);
        gpt2_update(&model, 1e-4f, 0.9f, 0.95f, 1e-8f, 0.1f, step + 1);
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf("step_ms %f\n", (end.tv_sec - start.tv_sec) * 1e3 + (end.tv_nsec - start.tv_nsec) / 1e6);
        fflush(stdout);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("peak_mib %ld\n", usage.ru_maxrss / 1024);
    return 0;
}
